"""Objects as they are when they are new: every field of this API version that Stripe sends.

What is common to all, ``created`` and ``livemode``, is added where they are kept.
"""
