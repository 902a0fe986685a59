"""How teams stand, in rows that do not grow with people: kept in the transaction that changes an enrolment."""
