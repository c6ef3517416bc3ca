//! The very station on a virtual clock with virtual outputs.
