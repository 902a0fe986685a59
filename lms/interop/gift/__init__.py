"""GIFT, Moodle's text format for questions, in and out. Source: docs.moodle.org/en/GIFT_format."""
