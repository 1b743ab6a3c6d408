"""Files become validated objects with units, or one message that says what to change."""
