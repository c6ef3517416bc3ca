//! TOML, environment and flags become a checked `Config`.
