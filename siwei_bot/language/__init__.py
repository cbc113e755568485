"""The way from a message to a typed question: normalise, mentions, parse."""
