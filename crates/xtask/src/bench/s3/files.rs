//! Plain files, written and synced: what durability costs without a server.

use super::super::meter::now;
use super::super::server::folder;
use anyhow::{Result, bail};
use std::fs::File;
use std::io::Write;
use std::path::Path;

/// Seconds to write `count` files of `bytes` bytes, `writers` at once, each file and its name made durable.
pub(crate) fn small(writers: usize, count: usize, bytes: usize) -> Result<f64> {
    let folder = folder()?;
    let content = vec![7; bytes];
    let started = now();
    let outcomes: Vec<std::io::Result<()>> = std::thread::scope(|scope| {
        let work: Vec<_> = (0..writers)
            .map(|writer| {
                let (folder, content) = (folder.path(), &content);
                scope.spawn(move || {
                    (writer..count).step_by(writers).try_for_each(|number| write(folder, number, content))
                })
            })
            .collect();
        work.into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err(std::io::Error::other("a writer panicked"))))
            .collect()
    });
    let seconds = started.elapsed().as_secs_f64();
    match outcomes.into_iter().find_map(Result::err) {
        Some(error) => bail!("a file could not be written: {error}"),
        None => Ok(seconds),
    }
}

fn write(folder: &Path, number: usize, content: &[u8]) -> std::io::Result<()> {
    let mut file = File::create(folder.join(number.to_string()))?;
    file.write_all(content)?;
    file.sync_all()?;
    File::open(folder)?.sync_all()
}

/// Seconds to write one file of `bytes` bytes and sync it once.
pub(crate) fn large(bytes: usize) -> Result<f64> {
    const PIECE: usize = 1024 * 1024;
    let folder = folder()?;
    let piece = vec![7; PIECE];
    let mut file = File::create(folder.path().join("large"))?;
    let started = now();
    for _ in 0..bytes / PIECE {
        file.write_all(&piece)?;
    }
    file.sync_data()?;
    Ok(started.elapsed().as_secs_f64())
}
