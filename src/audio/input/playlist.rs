//! The small files that lead to a stream: M3U and PLS.

/// The largest such file, in bytes.
pub const BYTES_MAX: usize = 256 * 1024;

/// Whether this is a list of HLS, not one of addresses.
#[must_use]
pub fn is_hls(text: &str) -> bool {
    text.lines().any(|line| line.trim_start().starts_with("#EXT-X-"))
}

/// The first address in a list.
#[must_use]
pub fn first(text: &str) -> Option<&str> {
    let web = |address: &str| address.starts_with("http://") || address.starts_with("https://");
    text.lines().map(str::trim).find_map(|line| {
        let of_pls = line.split_once('=').filter(|(key, _)| key.trim().to_lowercase().starts_with("file"));
        let address = of_pls.map_or(line, |(_, address)| address.trim());
        web(address).then_some(address)
    })
}
