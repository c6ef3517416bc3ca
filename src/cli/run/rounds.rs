//! The rounds of the station: it runs until it is told to end, and starts again within its process when its settings change.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{mpsc, watch};

use crate::amplifier::guard::Guard;
use crate::cli::error::CliError;
use crate::clock;
use crate::config::Config;
use crate::desk::{Counter, ErrorKind, Topic, store_settings};
use crate::domain::station::RestPolicy;
use crate::station::{self, Applied, Asked, Handle, Pending, ReloadAsk, ReloadState, Run, StationError};
use crate::store::Store;

/// What stays while one run of the station follows another.
pub(super) struct Rounds {
    pub(super) config: Arc<Config>,
    pub(super) store: Store,
    pub(super) guard: Guard,
    pub(super) handle: Handle,
    pub(super) counter: Arc<Counter>,
    pub(super) state: watch::Sender<ReloadState>,
    /// What the next run shall go by, once the air is free.
    pub(super) next: Option<Arc<Config>>,
}

/// The signals that end the process.
struct Ends {
    terminate: Signal,
    interrupt: Signal,
}

impl Rounds {
    /// Waits for the station's end. A signal tells it to end, by the configured policy at the first, at once at any further
    /// one, and when the longest wait is over; SIGHUP and whoever asks tell it to start again.
    pub(super) async fn turn(mut self, mut run: Run, mut asks: mpsc::Receiver<ReloadAsk>) -> Result<(), CliError> {
        let mut ends = Ends::listen().map_err(CliError::of_system)?;
        let mut hang_up = signal(SignalKind::hangup()).map_err(CliError::of_system)?;
        let mut last_moment: Option<Duration> = None;
        loop {
            let give_up = async {
                match last_moment {
                    Some(at) => clock::sleep_until(at).await,
                    None => pending().await,
                }
            };
            tokio::select! {
                ended = run.ended() => {
                    let broke = |error| CliError::of(ErrorKind::Failed, format!("the station broke: {error}"));
                    let asked = ended.map_err(broke)??;
                    match self.next.take().filter(|_| last_moment.is_none()) {
                        Some(next) => run = self.again(next, asked).await?,
                        None => return Ok(()),
                    }
                }
                by = ends.any() => {
                    let rest = if last_moment.is_none() { self.config.shutdown.rest } else { RestPolicy::Fade };
                    tracing::info!(by, ?rest, "shutting down");
                    station::tell_stopping();
                    run.end(rest, by).await;
                    last_moment = Some(clock::now().mono + self.config.shutdown.finish_max);
                }
                woken = give_up => {
                    woken.map_err(CliError::of_system)?;
                    tracing::warn!("what is on air takes longer than `shutdown.finish_seconds_max` allows: fading it out");
                    run.end(RestPolicy::Fade, "shutdown.finish_seconds_max").await;
                    last_moment = Some(clock::now().mono + self.config.shutdown.finish_max);
                }
                _ = hang_up.recv() => {
                    if let Err(problems) = self.reload(&run, "SIGHUP").await {
                        tracing::error!("the settings will not do, the station goes on with those it had:\n{}", problems.join("\n"));
                    }
                }
                Some(ask) = asks.recv(), if last_moment.is_none() => {
                    let answer = self.reload(&run, &ask.by).await;
                    // Who asked may have gone away; it is done all the same.
                    let _ = ask.answer.send(answer);
                }
            }
        }
    }

    /// Reads every layer anew, and tells the station to make room if they make another configuration.
    async fn reload(&mut self, run: &Run, by: &str) -> Result<(), Vec<String>> {
        let next = Config::load(&self.config.sources);
        let next = next.map_err(|error| error.faults.iter().map(ToString::to_string).collect::<Vec<_>>())?;
        stays(&self.config, &next)?;
        if next == *self.config && self.next.is_none() {
            tracing::info!(by, "the settings were read anew: nothing is different");
            return Ok(());
        }
        self.next = Some(Arc::new(next));
        let waits = Pending { by: by.to_owned(), since: clock::now().wall };
        self.state.send_modify(|state| state.pending = Some(waits));
        run.end(RestPolicy::WhenFree, &format!("settings changed by {by}")).await;
        Ok(())
    }

    /// The next run, with the new settings; with the old ones if the station does not come up with the new.
    async fn again(&mut self, next: Arc<Config>, asked: Asked) -> Result<Run, CliError> {
        let began = clock::now();
        let (run, error) = match self.come_up(&next, asked).await {
            Ok(run) => {
                self.config = next;
                (run, None)
            }
            Err((error, asked)) => {
                tracing::error!(%error, "the station does not come up with the new settings: back to those it had");
                let old = Arc::clone(&self.config);
                let run = self.come_up(&old, asked).await.map_err(|(error, _)| error)?;
                (run, Some(error.to_string()))
            }
        };
        self.counter.replace(self.counter.desk().under(Arc::clone(&self.config)));
        let now = clock::now();
        let took = now.mono.saturating_sub(began.mono);
        let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        tracing::info!(took_ms, "the station is back with its settings");
        self.state.send_modify(|state| {
            let by = state.pending.take().map(|pending| pending.by).unwrap_or_default();
            state.last = Some(Applied { by, at: now.wall, took_ms, error });
        });
        self.counter.desk().notices().tell(Topic::Settings);
        Ok(run)
    }

    async fn come_up(&self, config: &Arc<Config>, asked: Asked) -> Result<Run, (StationError, Asked)> {
        if let Err(error) = self.store.resettle(store_settings(config)).await {
            return Err((error.into(), asked));
        }
        station::start_again(Arc::clone(config), self.store.clone(), &self.guard, &self.handle, asked).await
    }
}

/// Refuses what cannot change within a process.
fn stays(now: &Config, next: &Config) -> Result<(), Vec<String>> {
    let moved = |what: &str, differs: bool| {
        let text = format!("`{what}` is another now, which only a new process takes up; `systemctl restart loa`");
        differs.then_some(text)
    };
    let faults = [
        moved("data.folder", now.data.folder != next.data.folder),
        moved("control.socket", now.control.socket != next.control.socket),
        moved("console", now.console != next.console),
    ];
    let faults: Vec<String> = faults.into_iter().flatten().collect();
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

impl Ends {
    fn listen() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn any(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}
