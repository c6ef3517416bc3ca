//! Import: decode, measure, digest, store.
