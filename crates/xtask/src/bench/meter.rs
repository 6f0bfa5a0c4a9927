//! What a server has used, read from outside: processor time and memory, from `/proc`.

use anyhow::{Context, Result};
use std::time::{Duration, Instant};

/// Ticks of `/proc/<pid>/stat` in a second: fixed on Linux, whatever the kernel's own.
const TICKS_PER_SECOND: f64 = 100.0;

/// The machine's monotonic clock.
#[expect(clippy::disallowed_methods, reason = "measuring is about real time")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// User and system time of all threads a process has and had. The kernel scales it to what really ran, to a tick.
pub(crate) fn cpu(pid: u32) -> Result<Duration> {
    let path = format!("/proc/{pid}/stat");
    let text = std::fs::read_to_string(&path).with_context(|| path.clone())?;
    Ok(Duration::from_secs_f64(ticks(&text).context(path)? / TICKS_PER_SECOND))
}

/// Fields 14 and 15, counted behind the program's name, which may hold anything.
fn ticks(stat: &str) -> Option<f64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

/// Resident memory in MiB.
pub(crate) fn resident_mib(pid: u32) -> Result<f64> {
    status_mib(pid, "VmRSS:")
}

/// The most memory that was resident since [`forget_peak`], in MiB.
pub(crate) fn peak_mib(pid: u32) -> Result<f64> {
    status_mib(pid, "VmHWM:")
}

/// Lets the peak begin anew at what is resident now.
pub(crate) fn forget_peak(pid: u32) -> Result<()> {
    let path = format!("/proc/{pid}/clear_refs");
    std::fs::write(&path, "5").context(path)
}

fn status_mib(pid: u32, name: &str) -> Result<f64> {
    let path = format!("/proc/{pid}/status");
    let text = std::fs::read_to_string(&path).with_context(|| path.clone())?;
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let kib: Option<f64> = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse().ok());
    Ok(kib.with_context(|| format!("{path} names no {name}"))? / 1024.0)
}

/// The middle one.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::{cpu, median, resident_mib, ticks};

    #[test]
    fn stat_is_read_behind_any_name() {
        assert_eq!(ticks("7 (a) b) S 1 2 3 4 5 6 7 8 9 10 250 30 0 0 20"), Some(280.0));
        assert_eq!(ticks("7"), None);
    }

    #[test]
    fn our_own_figures_can_be_read() {
        assert!(cpu(std::process::id()).is_ok());
        assert!(resident_mib(std::process::id()).unwrap() > 0.5);
    }

    #[test]
    fn a_median_is_the_middle() {
        assert_eq!(median(vec![9.0, 1.0, 5.0]), 5.0);
    }
}
