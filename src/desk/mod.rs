//! What a person may ask.
