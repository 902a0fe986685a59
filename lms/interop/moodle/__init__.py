"""Moodle's XML for questions, in and out. Source: docs.moodle.org/en/Moodle_XML_format."""
