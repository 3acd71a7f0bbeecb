"""Messages that SNS sends by HTTP: what is in them, and whether they are SNS's at all.

Source: "Fanout Amazon SNS notifications to HTTPS endpoints" and "Verifying the signatures of Amazon
SNS messages", Amazon SNS Developer Guide.
"""
