"""What customers said and did, as teams count it themselves: shares by team and week, with who entered them."""
