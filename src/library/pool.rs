//! Work on many files at once, told about in their order.

use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use super::error::ImportError;

/// Jobs that may be under way or wait for their turn to be told, for each worker. A long file at the head holds back at
/// most this many results behind it.
const AHEAD_PER_WORKER: usize = 4;
/// Messages that wait for the collector; workers wait when it is full.
const MESSAGES_MAX: usize = 64;
/// The most workers, whatever is asked for.
pub const WORKERS_MAX: usize = 64;

/// The workers used when none are asked for: one for each core.
#[must_use]
pub fn workers_default() -> usize {
    thread::available_parallelism().map_or(1, std::num::NonZero::get).min(WORKERS_MAX)
}

enum Message<R> {
    /// A share of a job, 0 to 1.
    Share(usize, f64),
    Done(usize, R),
}

/// What the collector is told.
pub(super) enum Told<R> {
    /// This much of job `index` is done, 0 to 1.
    Share(usize, f64),
    /// Job `index` is done. Comes in the order of the jobs.
    Done(usize, R),
}

/// How a job says how far it is; it shall end soon when told to break.
pub(super) type Share<'a> = &'a mut dyn FnMut(f64) -> ControlFlow<()>;

/// Runs `work` on every job, on so many threads, and tells `collect` on this one. When `collect` breaks, what is under way
/// is stopped and the rest is left.
///
/// # Errors
/// When not even one worker can be started. When a worker dies of a job, that is `died`'s to say.
pub(super) fn run<J: Sync, R: Send>(
    jobs: &[J],
    workers: usize,
    work: impl Fn(&J, Share<'_>) -> R + Sync,
    died: impl Fn(&J) -> R + Sync,
    mut collect: impl FnMut(Told<R>) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, ImportError> {
    let workers = workers.clamp(1, WORKERS_MAX).min(jobs.len().max(1));
    let ahead = workers * AHEAD_PER_WORKER;
    let (sender, messages) = sync_channel(MESSAGES_MAX);
    let (give, take) = sync_channel(ahead);
    let (take, stop) = (Mutex::new(take), AtomicBool::new(false));
    thread::scope(|scope| {
        let mut started = 0;
        let mut refused = io::Error::from(io::ErrorKind::WouldBlock);
        for number in 0..workers {
            let (sender, take, stop, work, died) = (sender.clone(), &take, &stop, &work, &died);
            let body = move || worker(jobs, take, &sender, stop, work, died);
            match thread::Builder::new().name(format!("import-{number}")).spawn_scoped(scope, body) {
                Ok(_) => started += 1,
                Err(error) => refused = error,
            }
        }
        drop(sender);
        if started == 0 {
            return Err(ImportError::Worker { source: refused });
        }
        let flow = collect_in_order(jobs.len(), ahead, &give, &messages, &mut collect);
        stop.store(true, Ordering::Relaxed);
        // Without these two the workers would wait for jobs, or for room to report, for ever.
        drop(give);
        drop(messages);
        Ok(flow)
    })
}

fn worker<J, R>(
    jobs: &[J],
    take: &Mutex<Receiver<usize>>,
    sender: &SyncSender<Message<R>>,
    stop: &AtomicBool,
    work: &(impl Fn(&J, Share<'_>) -> R + Sync),
    died: &(impl Fn(&J) -> R + Sync),
) {
    loop {
        // The lock is held while waiting: one worker waits for the next job, the others for the lock. A poisoned lock
        // guards nothing that could be broken.
        let next = take.lock().unwrap_or_else(std::sync::PoisonError::into_inner).recv();
        let Ok(index) = next else { return };
        let Some(job) = jobs.get(index) else { return };
        let mut share = |share: f64| {
            let told = sender.send(Message::Share(index, share));
            if told.is_err() || stop.load(Ordering::Relaxed) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let done = catch_unwind(AssertUnwindSafe(|| work(job, &mut share))).unwrap_or_else(|_| died(job));
        if sender.send(Message::Done(index, done)).is_err() {
            return;
        }
    }
}

fn collect_in_order<R>(
    count: usize,
    ahead: usize,
    give: &SyncSender<usize>,
    messages: &Receiver<Message<R>>,
    collect: &mut impl FnMut(Told<R>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let (mut given, mut told) = (0, 0);
    let mut waiting = BTreeMap::new();
    while told < count {
        // Room for all that may be under way, so this never waits.
        while given < count && given < told + ahead && give.try_send(given).is_ok() {
            given += 1;
        }
        match messages.recv() {
            Ok(Message::Share(index, share)) => collect(Told::Share(index, share))?,
            Ok(Message::Done(index, done)) => {
                waiting.insert(index, done);
                while let Some(done) = waiting.remove(&told) {
                    collect(Told::Done(told, done))?;
                    told += 1;
                }
            }
            // Every worker is gone, which they are only when told to go.
            Err(_) => return ControlFlow::Break(()),
        }
    }
    ControlFlow::Continue(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_and_none_is_lost() {
        for workers in [1, 2, 7, 200] {
            let jobs: Vec<u64> = (0..300).collect();
            let mut seen = Vec::new();
            let work = |job: &u64, share: Share<'_>| {
                // Later jobs are quicker, so they overtake.
                let mut sum = 0u64;
                for step in 0..(300 - job) * 500 {
                    sum = sum.wrapping_add(step).rotate_left(3);
                }
                let _ = share(0.5);
                let _ = std::hint::black_box(sum);
                (*job, 0)
            };
            let flow = run(
                &jobs,
                workers,
                work,
                |job| (*job, 1),
                |told| {
                    if let Told::Done(index, (job, died)) = told {
                        assert_eq!((index as u64, died), (job, 0));
                        seen.push(job);
                    }
                    ControlFlow::Continue(())
                },
            );
            assert!(flow.unwrap().is_continue());
            assert_eq!(seen, jobs, "{workers} workers");
        }
    }

    #[test]
    fn a_job_that_panics_costs_only_itself() {
        let jobs: Vec<u32> = (0..20).collect();
        let work = |job: &u32, _: Share<'_>| {
            assert_ne!(*job, 7, "the job that goes wrong");
            true
        };
        let mut seen = Vec::new();
        let flow = run(
            &jobs,
            3,
            work,
            |_| false,
            |told| {
                if let Told::Done(_, good) = told {
                    seen.push(good);
                }
                ControlFlow::Continue(())
            },
        );
        assert!(flow.unwrap().is_continue());
        assert_eq!(seen.iter().filter(|good| !**good).count(), 1);
        assert_eq!((seen.len(), seen[7]), (20, false));
    }

    #[test]
    fn a_stop_reaches_the_workers() {
        let jobs: Vec<u32> = (0..1000).collect();
        let work = |_: &u32, share: Share<'_>| while share(0.1).is_continue() {};
        let flow = run(&jobs, 4, work, |_| (), |_| ControlFlow::Break(()));
        assert!(flow.unwrap().is_break());
    }
}
