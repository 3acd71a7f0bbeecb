"""A stand-in for Stripe on one machine, for tests and for the local stack.

The unmodified stripe library talks to it by ``base_addresses={"api": url}``. Paths, parameters,
objects, errors and events follow the API version that the library speaks; a test compares each
object with the library's classes. It has the pages that Stripe hosts (Checkout, 3-D Secure, the
billing portal), signed webhooks that are repeated until they are taken, and a clock that tests
can move.

Not imitated: live mode, payment intents and charges as objects, prorations, coupons, taxes,
refunds, quantities that change, free trials, several endpoints for webhooks, the hour for which a
renewal's invoice is a draft. It moves no money and takes Stripe's test cards only, so it serves
the loopback interface only.
"""
