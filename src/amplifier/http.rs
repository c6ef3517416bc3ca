//! A relay in the network, asked over HTTP.

use std::io::Read as _;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::{Agent, Error};

use super::SwitchFault;
use crate::domain::amplifier::{HttpSignIn, HttpSwitch, Method, power_word, shown};
use crate::trust::tls;

/// The most of an answer that is looked at, in bytes; relays say a line or two.
const ANSWER_BYTES_MAX: u64 = 64 * 1024;
/// The largest head of an answer, in bytes.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// Letters of an answer that nobody understands, that are shown.
const SHOWN_MAX: usize = 60;

pub(super) fn turn(switch: &HttpSwitch, on: bool, within: Duration) -> Result<(), SwitchFault> {
    let (address, wanted) = if on { (&switch.on, &switch.on_text) } else { (&switch.off, &switch.off_text) };
    let said = ask(address, switch.method, switch.sign_in.as_ref(), within)?;
    if wanted.is_empty() || said.contains(wanted.as_str()) {
        return Ok(());
    }
    let (name, key) = (shown(address), power_word(on));
    let text = format!("{name} answers `{}`, expected `{wanted}` in it; see `{key}_text`", beginning(&said));
    Err(SwitchFault::of(text))
}

pub(super) fn power(switch: &HttpSwitch, within: Duration) -> Result<Option<bool>, SwitchFault> {
    let Some(confirm) = &switch.confirm else { return Ok(None) };
    let said = ask(&confirm.address, Method::Get, switch.sign_in.as_ref(), within)?;
    match (said.contains(confirm.on_text.as_str()), said.contains(confirm.off_text.as_str())) {
        (true, false) => Ok(Some(true)),
        (false, true) => Ok(Some(false)),
        (both, _) => {
            let (name, said) = (shown(&confirm.address), beginning(&said));
            let held = if both { "both" } else { "neither" };
            let wanted = format!("`{}` nor `{}`", confirm.on_text, confirm.off_text).replace(" nor ", " or ");
            let text = format!(
                "{name} answers `{said}`, which holds {held} of {wanted}; see `confirm_on_text` and `confirm_off_text`"
            );
            Err(SwitchFault::of(text))
        }
    }
}

/// Asks an address and gives the beginning of what it answers.
fn ask(address: &str, method: Method, sign_in: Option<&HttpSignIn>, within: Duration) -> Result<String, SwitchFault> {
    let name = shown(address);
    let uri: Uri = address.parse().map_err(|_| SwitchFault::of(format!("`{name}` is no address of the web")))?;
    let config = Config::builder()
        .timeout_global(Some(within))
        // A relay that sends on elsewhere is not the relay.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .max_response_header_size(HEAD_BYTES_MAX)
        .max_idle_connections(0)
        .http_status_as_error(false)
        .tls_config(tls())
        // It is in the own network: a proxy would not find it.
        .proxy(None)
        .accept_encoding("identity")
        .user_agent(concat!("loa/", env!("CARGO_PKG_VERSION")))
        .build();
    let agent = Agent::new_with_config(config);
    let failed = |error: Error| told(name, within, &error);
    let authorization = sign_in.map(authorization).transpose()?;
    let response = match method {
        Method::Get => {
            let request = agent.get(&uri);
            match authorization {
                Some(authorization) => request.header("Authorization", authorization),
                None => request,
            }
            .call()
        }
        Method::Post => {
            let request = agent.post(&uri);
            match authorization {
                Some(authorization) => request.header("Authorization", authorization),
                None => request,
            }
            .send_empty()
        }
    };
    let response = response.map_err(failed)?;
    let status = response.status().as_u16();
    if !response.status().is_success() {
        let hint = match status {
            401 | 403 => "it wants a name and a password: `user` and `password_file`",
            404 => "it has no such page; copy the address from its manual",
            _ => "open the address in a browser to see what it answers",
        };
        return Err(SwitchFault::of(format!("{name} answers with the status {status}, expected 200 to 299; {hint}")));
    }
    let mut bytes = Vec::new();
    let read = response.into_body().into_reader().take(ANSWER_BYTES_MAX).read_to_end(&mut bytes);
    read.map_err(|error| failed(error.into()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn authorization(sign_in: &HttpSignIn) -> Result<String, SwitchFault> {
    let file = &sign_in.password_file;
    let text = std::fs::read_to_string(file)
        .map_err(|error| SwitchFault::of(format!("the password in {} cannot be read: {error}", file.display())))?;
    let password = text.lines().next().unwrap_or_default();
    Ok(format!("Basic {}", STANDARD.encode(format!("{}:{password}", sign_in.user))))
}

fn told(name: &str, within: Duration, error: &Error) -> SwitchFault {
    SwitchFault::of(match error {
        Error::Timeout(_) => {
            format!("{name} did not answer within {} s; is the relay on, and in the network?", within.as_secs_f64())
        }
        error => format!("{name} cannot be asked: {error}; is the relay on, and in the network?"),
    })
}

/// The first letters of an answer, on one line.
fn beginning(said: &str) -> String {
    said.trim().chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(SHOWN_MAX).collect()
}
