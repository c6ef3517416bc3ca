//! How long nothing is heard when the source of a relay fails: a real Icecast, real source clients.

use std::time::Duration;

use loa::domain::relay::{Limits, Why};

use crate::support::icecast::{Feed, Icecast, SourceClient};
use crate::support::radio::{Listener, longest_gap_ms, relay};
use crate::table::{percentile, row};

const FIRST_HZ: u32 = 500;
const SECOND_HZ: u32 = 1_300;
/// Long enough to connect, fail and fall.
const LENGTH: Duration = Duration::from_secs(25);

/// A source client is killed, and one is stalled, so many times each.
pub(crate) fn fall_over(count: u32) {
    let limit_ms = Limits::default().stall.as_millis();
    for (name, fail) in [("is killed", kill as fn(SourceClient) -> Option<SourceClient>), ("stalls", stall)] {
        let gaps: Vec<f64> = (0..count).map(|_| gap_ms(fail) as f64).collect();
        let reached = format!("median {:.0} ms, most {:.0} ms", percentile(&gaps, 0.5), percentile(&gaps, 1.0));
        let figure = format!("a relay's source {name}: without sound, of {limit_ms} ms allowed");
        row(&figure, &reached, &format!("<= {} ms", limit_ms + 100), &format!("relay {count}"));
    }
}

fn kill(client: SourceClient) -> Option<SourceClient> {
    drop(client);
    None
}

fn stall(client: SourceClient) -> Option<SourceClient> {
    client.stall();
    Some(client)
}

fn gap_ms(fail: impl Fn(SourceClient) -> Option<SourceClient>) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let server = Icecast::start(folder.path());
    let client = server.feed("live", FIRST_HZ, Feed::Mp3);
    let _second = server.feed("second", SECOND_HZ, Feed::Vorbis);
    let chain = [server.url("live"), server.url("second")];
    let mut listener = Listener::start(&relay(&chain, Limits::default()), LENGTH);
    listener.until_tone(f64::from(FIRST_HZ));
    let begun_ms = (listener.seconds() * 1e3) as usize;
    let _client = fail(client);
    listener.until_switched(1, Why::Stalled);
    listener.until_tone(f64::from(SECOND_HZ));
    let (sound, _) = listener.finish();
    longest_gap_ms(&sound, begun_ms)
}
