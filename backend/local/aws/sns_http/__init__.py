"""SNS to endpoints by HTTP: confirmed, signed, tried again; moto's calls are none of these.

A subscription gets nothing but requests to confirm it until `ConfirmSubscription` is called with
the token that came in one; its address to visit, SubscribeURL, is refused here.  What was
published and not yet delivered is in the journal, and so is what was confirmed: a subscription
that the template makes again after a restart stays confirmed, one that is not gets a new token.
Only endpoints on this machine are called.

Source: "Fanout Amazon SNS notifications to HTTPS endpoints", Amazon SNS Developer Guide.
"""
