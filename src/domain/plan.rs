//! Slots become occurrences, occurrences become rundowns; conflicts and permitted hours.
