//! The only file that reads the clocks.
//!
//! Wall time ([`now`]`.wall`) is what people and the log speak of; it may step. Monotonic time (`.mono`) is what lengths and
//! deadlines are measured on. It counts from the process's first reading on `CLOCK_BOOTTIME`, which goes on while the machine
//! is suspended: an office PC that slept through 04:30 to 06:00 must wake up knowing that an hour and a half is gone, or it
//! would start the 05:00 broadcast at 06:30 and believe itself punctual. `CLOCK_MONOTONIC` stands still meanwhile, and so do
//! the timers of tokio, which run on it; hence [`Alarm`], a kernel timer on the very clock that [`now`] reads.

use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use rustix::io::Errno;
use rustix::time::{
    ClockId, DynamicClockId, Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, clock_gettime,
    clock_gettime_dynamic, timerfd_create, timerfd_settime,
};
use tokio::io::unix::AsyncFd;

use crate::domain::time::Now;

/// The day of this release, in year, month and day. A wall clock that shows an earlier one is wrong: nothing airs by
/// schedule until it is trusted. Moved with the version; a test holds it to the newest heading of CHANGELOG.md.
pub const RELEASE_DAY: (i32, u32, u32) = (2026, 11, 23);

/// Both clocks, read together. The wall time belongs to the monotonic time to within the few dozen nanoseconds that the
/// second reading takes.
#[must_use]
pub fn now() -> Now {
    let mono = boottime().saturating_sub(origin());
    let wall = clock_gettime(ClockId::Realtime);
    Now { wall: to_wall(wall), mono }
}

/// The first instant at which a right clock can stand: midnight UTC before [`RELEASE_DAY`], so that no time zone is ahead of it.
#[must_use]
pub fn not_before() -> DateTime<Utc> {
    let (year, month, day) = RELEASE_DAY;
    let day = NaiveDate::from_ymd_opt(year, month, day).and_then(|day| day.pred_opt()).unwrap_or_default();
    day.and_time(chrono::NaiveTime::MIN).and_utc()
}

/// Whether the time service says that the wall clock is synchronised; none when no service says anything.
///
/// Asks systemd-timesyncd, which is the one of Debian and Raspberry Pi OS, by the file it keeps for this purpose.
#[must_use]
pub fn synchronised() -> Option<bool> {
    synchronised_by(Path::new("/run/systemd/timesync"))
}

fn synchronised_by(folder: &Path) -> Option<bool> {
    folder.is_dir().then(|| folder.join("synchronized").exists())
}

/// Waits until the monotonic clock of [`now`] reads `mono`; at once if it already does. For a wait that is made often,
/// keep an [`Alarm`].
///
/// # Errors
/// The system has no timer left to give, which ends any hope of keeping a schedule.
pub async fn sleep_until(mono: Duration) -> io::Result<()> {
    Alarm::new()?.sleep_until(mono).await
}

/// One timer on the monotonic clock of [`now`]; it rings on time even if the machine slept, and then at once on waking.
#[derive(Debug)]
pub struct Alarm {
    timer: AsyncFd<OwnedFd>,
}

impl Alarm {
    /// A timer that is not set. Needs a tokio runtime with IO.
    ///
    /// # Errors
    /// The system has no timer left to give.
    pub fn new() -> io::Result<Self> {
        let clock = if has_boottime() { TimerfdClockId::Boottime } else { TimerfdClockId::Monotonic };
        Ok(Self { timer: timer_on(clock)? })
    }

    /// Waits until the monotonic clock of [`now`] reads `mono`; at once if it already does. May be dropped half-way
    /// and called again with another deadline.
    ///
    /// # Errors
    /// The kernel refused the timer.
    pub async fn sleep_until(&mut self, mono: Duration) -> io::Result<()> {
        set(&self.timer, TimerfdTimerFlags::ABSTIME, origin() + mono)?;
        ring(&self.timer).await
    }
}

/// Tells when someone set the wall clock: the operator, the time service, or the kernel on waking from suspend.
///
/// Slow corrections (slewing) are no step and go unreported. Nothing is polled; the kernel wakes the waiter.
#[derive(Debug)]
pub struct StepWatch {
    timer: AsyncFd<OwnedFd>,
}

impl StepWatch {
    /// Watches from now on. Needs a tokio runtime with IO.
    ///
    /// # Errors
    /// The system has no timer left to give.
    pub fn new() -> io::Result<Self> {
        let watch = Self { timer: timer_on(TimerfdClockId::Realtime)? };
        watch.arm()?;
        Ok(watch)
    }

    /// Waits for the next step of the wall clock. A step between two calls is reported by the second.
    ///
    /// # Errors
    /// The kernel refused the timer.
    pub async fn stepped(&mut self) -> io::Result<()> {
        match ring(&self.timer).await {
            Err(error) if Errno::from_io_error(&error) == Some(Errno::CANCELED) => self.arm(),
            other => other,
        }
    }

    fn arm(&self) -> io::Result<()> {
        // Never meant to ring: what matters is that the kernel cancels it when the clock is set.
        const FAR: Duration = Duration::from_secs(400 * 365 * 86_400);
        let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
        match set(&self.timer, flags, FAR) {
            // Set once more between the report and this call; reported already.
            Err(Errno::CANCELED) => Ok(set(&self.timer, flags, FAR)?),
            other => Ok(other?),
        }
    }
}

#[expect(
    deprecated,
    reason = "the unsafe constructor that replaces it exists for types whose file descriptor is not theirs; an OwnedFd is"
)]
fn timer_on(clock: TimerfdClockId) -> io::Result<AsyncFd<OwnedFd>> {
    AsyncFd::new(timerfd_create(clock, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?)
}

fn set(timer: &AsyncFd<OwnedFd>, flags: TimerfdTimerFlags, at: Duration) -> Result<(), Errno> {
    // A zero would unset the timer instead of ringing at once.
    let at = at.max(Duration::from_nanos(1));
    let it_value =
        Timespec { tv_sec: i64::try_from(at.as_secs()).unwrap_or(i64::MAX), tv_nsec: at.subsec_nanos().into() };
    let once = Itimerspec { it_interval: Timespec { tv_sec: 0, tv_nsec: 0 }, it_value };
    timerfd_settime(timer.get_ref(), flags, &once).map(drop)
}

async fn ring(timer: &AsyncFd<OwnedFd>) -> io::Result<()> {
    loop {
        let mut ready = timer.readable().await?;
        let mut rings = [0; 8];
        if let Ok(result) = ready.try_io(|timer| Ok(rustix::io::read(timer.get_ref(), &mut rings)?)) {
            return result.map(drop);
        }
    }
}

fn has_boottime() -> bool {
    clock_gettime_dynamic(DynamicClockId::Boottime).is_ok()
}

/// `CLOCK_BOOTTIME`, or `CLOCK_MONOTONIC` on a kernel without it (before 2.6.39).
fn boottime() -> Duration {
    let time = clock_gettime_dynamic(DynamicClockId::Boottime).unwrap_or_else(|_| clock_gettime(ClockId::Monotonic));
    Duration::new(u64::try_from(time.tv_sec).unwrap_or_default(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// The monotonic clock at the first reading, from which `mono` counts.
fn origin() -> Duration {
    static ORIGIN: OnceLock<Duration> = OnceLock::new();
    *ORIGIN.get_or_init(boottime)
}

fn to_wall(time: Timespec) -> DateTime<Utc> {
    Utc.timestamp_opt(time.tv_sec, u32::try_from(time.tv_nsec).unwrap_or_default()).single().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
    }

    #[test]
    fn the_two_clocks_advance_together() {
        let before = now();
        runtime().block_on(sleep_until(before.mono + Duration::from_millis(30))).unwrap();
        let after = now();
        let mono = after.mono - before.mono;
        assert!(mono >= Duration::from_millis(30), "woke after {mono:?}");
        let wall = (after.wall - before.wall).to_std().unwrap();
        assert!(wall.abs_diff(mono) < Duration::from_millis(20), "wall {wall:?}, mono {mono:?}");
    }

    #[test]
    fn a_deadline_in_the_past_rings_at_once() {
        runtime().block_on(async {
            let mut alarm = Alarm::new().unwrap();
            for _ in 0..3 {
                alarm.sleep_until(Duration::ZERO).await.unwrap();
            }
        });
    }

    #[test]
    fn a_deadline_dropped_half_way_does_not_ring_later() {
        runtime().block_on(async {
            let mut alarm = Alarm::new().unwrap();
            let start = now().mono;
            tokio::select! {
                biased;
                _ = alarm.sleep_until(start + Duration::from_millis(20)) => panic!("rang early"),
                () = std::future::ready(()) => {}
            }
            alarm.sleep_until(start + Duration::from_millis(40)).await.unwrap();
            assert!(now().mono >= start + Duration::from_millis(40));
        });
    }

    #[test]
    fn a_clock_that_nobody_sets_is_no_step() {
        runtime().block_on(async {
            let mut watch = StepWatch::new().unwrap();
            let until = now().mono + Duration::from_millis(30);
            tokio::select! {
                _ = watch.stepped() => panic!("a step was reported"),
                result = sleep_until(until) => result.unwrap(),
            }
        });
    }

    #[test]
    fn this_machine_is_after_the_release() {
        assert!(not_before() < now().wall, "the clock of this machine shows {}", now().wall);
    }

    #[test]
    fn the_time_service_is_asked_by_its_file() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(synchronised_by(&folder.path().join("none")), None);
        assert_eq!(synchronised_by(folder.path()), Some(false));
        std::fs::write(folder.path().join("synchronized"), "").unwrap();
        assert_eq!(synchronised_by(folder.path()), Some(true));
    }
}
