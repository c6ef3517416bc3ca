//! Posts an alarm to an address. The address may hold a secret, so nothing that is said of it names more than its host.

use std::time::Duration;

use ureq::Agent;
use ureq::config::Config;

use super::sending::Unsent;
use crate::store::Message;
use crate::trust::tls;

/// The largest head of an answer, in bytes.
const HEAD_BYTES_MAX: usize = 32 * 1024;

/// Statuses that say that it is this message which will not do (bad request, too large, unprocessable), and not the way to the
/// address or who asks: RFC 9110, section 15.5.
const OF_THE_MESSAGE: [u16; 3] = [400, 413, 422];

/// Posts it, and waits for at most `time_max` until it is taken.
///
/// # Errors
/// Why it was not, in words.
pub(super) fn post(address: &str, message: &Message, time_max: Duration) -> Result<(), Unsent> {
    let config = Config::builder()
        .timeout_global(Some(time_max))
        .max_redirects(0)
        .max_response_header_size(HEAD_BYTES_MAX)
        .http_status_as_error(false)
        .tls_config(tls())
        .user_agent(concat!("loa/", env!("CARGO_PKG_VERSION")));
    let agent: Agent = Agent::new_with_config(config.build());
    let host = url::Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let posted = agent
        .post(address)
        .header("content-type", "application/json; charset=utf-8")
        .header("idempotency-key", &message.id)
        .send(message.body.as_bytes());
    match posted {
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) => {
            let status = answer.status().as_u16();
            let error = format!("{host} answers with the status {status}");
            Err(Unsent { error, for_itself: OF_THE_MESSAGE.contains(&status) })
        }
        Err(ureq::Error::Timeout(_)) => Err(format!("{host} does not answer within {} s", time_max.as_secs()).into()),
        Err(ureq::Error::Io(error)) => Err(format!("{host} cannot be reached: {error}").into()),
        Err(ureq::Error::HostNotFound) => Err(format!("nobody knows the name {host}").into()),
        // Other errors may quote the address.
        Err(_) => Err(format!("{host} does not take it").into()),
    }
}
