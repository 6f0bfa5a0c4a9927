//! The way in.

use crate::error::ImportError;
use crate::input::{Input, MOST_LINE_BYTES, early};
use crate::{BlobLine, EndLine, FORM, Header, ROWS_ONLY, RowLine, Summary, held, rows_only};
use blob::{BlobError, BlobRef};
use ports::{BodyStream, Named, Naming, World};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use store::Stage;
use tokio::task::JoinHandle;

/// Bytes of the first line at the most.
const MOST_HEADER_BYTES: usize = 1024 * 1024;
/// Bytes that are on their way to the disk, about, and blobs and rows that wait for them.
const MOST_WAITING_BYTES: u64 = 8 * 1024 * 1024;
const MOST_WAITING: usize = 1024;
/// What a large blob weighs while it waits: its bytes are in a file by then.
const MOST_HELD_BYTES: u64 = 256 * 1024;

/// Takes a file in: when it answers, the world is what the file says, durably. A refusal has changed nothing. It has to
/// be waited for to its end, inside a runtime of tokio: what is dropped in between leaves its bytes to the next opening.
pub async fn import(
    world: &Arc<World>,
    naming: &Naming,
    stream: &mut BodyStream<std::io::Error>,
) -> Result<Summary, ImportError> {
    let mut input = Input::new(stream);
    let (header, line) = header(&mut input).await?;
    let mut lines = Sha256::new();
    digest(&mut lines, &line);
    let stage = world.store.stage()?;
    let summary = if header.angae == ROWS_ONLY {
        rows_only::import(world, naming, &header, &mut input, stage, lines).await?
    } else {
        let mut file = File {
            world,
            naming,
            versions: header.tables,
            stage,
            lines,
            coming: Vec::new(),
            waiting: VecDeque::new(),
            weight: 0,
            made: Vec::new(),
            shared: BTreeMap::new(),
            last: None,
            summary: Summary::default(),
        };
        match file.read(&mut input).await {
            Ok(()) => file.commit().await?,
            Err(error) => {
                file.give_back().await;
                return Err(error);
            }
        }
    };
    world.ids.stir(&summary.sha256);
    Ok(summary)
}

/// The first line, and what it says.
async fn header(input: &mut Input<'_>) -> Result<(Header, Vec<u8>), ImportError> {
    let foreign = || ImportError::Format("it does not begin as an exported state does".to_owned());
    let line = input.line(MOST_HEADER_BYTES).await.map_err(|error| match error {
        ImportError::Format(_) => foreign(),
        other => other,
    })?;
    let line = line.ok_or_else(|| ImportError::Format("it is empty".to_owned()))?;
    let header: Value = serde_json::from_slice(&line).map_err(|_| foreign())?;
    match header.get("angae").and_then(Value::as_u64) {
        Some(FORM | ROWS_ONLY) => {}
        Some(form) => {
            return Err(ImportError::Format(format!(
                "its format is {form}, this angae reads {FORM} and {ROWS_ONLY}"
            )));
        }
        None => return Err(foreign()),
    }
    Ok((serde_json::from_value(header).map_err(|_| foreign())?, line))
}

/// Counts a line in.
pub(crate) fn digest(lines: &mut Sha256, line: &[u8]) {
    lines.update(line);
    lines.update(b"\n");
}

/// A row, read and in its present form.
pub(crate) fn row(
    input: &Input<'_>,
    stage: &Stage,
    versions: &BTreeMap<String, u16>,
    line: &[u8],
) -> Result<(String, String, String), ImportError> {
    let row: RowLine = serde_json::from_slice(line).map_err(|error| input.wrong(&error.to_string()))?;
    let stored = versions.get(&row.table).copied();
    let document = stage.present(&row.table, stored, row.doc).map_err(|error| match error {
        store::ImportError::Format(cause) => input.wrong(&cause),
        other => other.into(),
    })?;
    Ok((row.table, row.key, document.to_string()))
}

/// A blob whose bytes have been read.
enum Coming {
    Writing(JoinHandle<Result<BlobRef, BlobError>>),
    Made(BlobRef),
}

/// A row that waits for its blobs, by the names they have in the file.
struct Waiting {
    table: String,
    key: String,
    document: String,
    blobs: Vec<(BlobRef, Coming)>,
}

/// A blob that several rows may name.
struct Shared {
    blob: BlobRef,
    is_counted: bool,
}

/// What is taken in.
struct File<'i> {
    world: &'i Arc<World>,
    naming: &'i Naming,
    versions: BTreeMap<String, u16>,
    stage: Stage,
    lines: Sha256,
    /// The blobs before the row that comes next.
    coming: Vec<(BlobRef, Coming)>,
    waiting: VecDeque<Waiting>,
    /// What waits, in bytes.
    weight: u64,
    /// Every blob that was written.
    made: Vec<BlobRef>,
    shared: BTreeMap<BlobRef, Shared>,
    /// Table and key of the row before.
    last: Option<(String, String)>,
    summary: Summary,
}

impl File<'_> {
    async fn read(&mut self, input: &mut Input<'_>) -> Result<(), ImportError> {
        loop {
            let line = input.line(MOST_LINE_BYTES).await?.ok_or_else(early)?;
            if line.starts_with(b"{\"end\":") {
                self.settle().await?;
                return self.end(input, &line).await;
            }
            digest(&mut self.lines, &line);
            if line.starts_with(b"{\"blob\":") {
                self.blob(input, &line).await?;
            } else {
                self.row(input, &line)?;
            }
            let is_much = self.coming.len() + self.waiting.len() > MOST_WAITING;
            if is_much || self.weight > MOST_WAITING_BYTES {
                self.settle().await?;
            }
        }
    }

    async fn blob(&mut self, input: &mut Input<'_>, line: &[u8]) -> Result<(), ImportError> {
        let BlobLine { blob: name } =
            serde_json::from_slice(line).map_err(|error| input.wrong(&error.to_string()))?;
        self.summary.blobs += 1;
        match name {
            BlobRef::File { id, .. } if id == self.summary.blobs => {}
            _ => return Err(input.wrong(&format!("the blob {name} is not number {}", self.summary.blobs))),
        }
        let mut writer = self.world.blobs.writer();
        while writer.len() < name.len() {
            let bytes = input.bytes(name.len() - writer.len()).await?;
            writer.write(&bytes)?;
        }
        if *input.bytes(1).await? != *b"\n" {
            return Err(input.wrong(&format!("the blob {name} has more bytes than it says")));
        }
        self.weight += name.len().min(MOST_HELD_BYTES);
        self.coming.push((name, Coming::Writing(tokio::spawn(writer.finish()))));
        Ok(())
    }

    fn row(&mut self, input: &Input<'_>, line: &[u8]) -> Result<(), ImportError> {
        let (table, key, document) = row(input, &self.stage, &self.versions, line)?;
        let place = (table.clone(), key.clone());
        if self.last.as_ref().is_some_and(|last| *last >= place) {
            return Err(input.wrong("the row does not come after the one before it"));
        }
        self.last = Some(place);
        self.summary.rows += 1;
        self.weight += document.len() as u64;
        self.waiting.push_back(Waiting { table, key, document, blobs: std::mem::take(&mut self.coming) });
        Ok(())
    }

    /// Waits for all blobs that were read, and lays the rows aside that name them.
    async fn settle(&mut self) -> Result<(), ImportError> {
        self.weight = 0;
        while let Some(row) = self.waiting.pop_front() {
            let blobs = self.made(row.blobs).await?;
            let mut own: BTreeMap<BlobRef, BlobRef> = blobs.into_iter().collect();
            let shared = &mut self.shared;
            let renamed = self.naming.rename(&row.table, &row.key, &row.document, &mut |blob, named| {
                *blob = renamed(&mut own, shared, *blob, named)?;
                Ok(())
            });
            let at = |cause: String| {
                ImportError::Format(format!("row {:?} of table {}: {cause}", row.key, row.table))
            };
            let (key, document) = renamed.map_err(at)?;
            if let Some(name) = own.keys().next() {
                return Err(at(format!("it does not name the blob {name} before it")));
            }
            self.stage.put(&row.table, &key, &document)?;
        }
        let coming = std::mem::take(&mut self.coming);
        let made = self.made(coming).await?;
        self.coming = made.into_iter().map(|(name, blob)| (name, Coming::Made(blob))).collect();
        Ok(())
    }

    /// Waits for blobs and holds them against what the file says of them.
    async fn made(&mut self, blobs: Vec<(BlobRef, Coming)>) -> Result<Vec<(BlobRef, BlobRef)>, ImportError> {
        let (mut made, mut failure) = (Vec::with_capacity(blobs.len()), None);
        // All of them, also after a failure: what was written is given back.
        for (name, coming) in blobs {
            let blob = match coming {
                Coming::Made(blob) => blob,
                Coming::Writing(writing) => match writing.await.unwrap_or(Err(BlobError::Closed)) {
                    Ok(blob) => {
                        self.made.push(blob);
                        blob
                    }
                    Err(error) => {
                        failure = failure.or(Some(error.into()));
                        continue;
                    }
                },
            };
            if blob.crc() != name.crc() && failure.is_none() {
                let cause = format!("the bytes of the blob {name} are damaged: their checksum is another");
                failure = Some(ImportError::Format(cause));
            }
            made.push((name, blob));
        }
        failure.map_or(Ok(made), Err)
    }

    /// Holds what was read against the last line.
    async fn end(&mut self, input: &mut Input<'_>, line: &[u8]) -> Result<(), ImportError> {
        let EndLine { end } =
            serde_json::from_slice(line).map_err(|error| input.wrong(&error.to_string()))?;
        self.summary.sha256 = hex::encode(self.lines.clone().finalize());
        if end != self.summary {
            let cause = "it is damaged: its lines are not those it was written with";
            return Err(ImportError::Format(cause.to_owned()));
        }
        if !self.coming.is_empty() {
            return Err(input.wrong("no row names the blob before it"));
        }
        if let Some((name, _)) = self.shared.iter().find(|(_, shared)| !shared.is_counted) {
            return Err(input.wrong(&format!("no row counts who names the blob {name}")));
        }
        if !input.is_at_end().await? {
            return Err(input.wrong("something follows its last line"));
        }
        Ok(())
    }

    async fn commit(self) -> Result<Summary, ImportError> {
        let Self { world, naming, stage, made, summary, .. } = self;
        let (world, naming) = (world.clone(), naming.clone());
        let committed = tokio::task::spawn_blocking(move || {
            match world.store.replace(stage, |_| Ok(())) {
                Ok((before, ())) => {
                    // The new state is durable, whatever becomes of the old one's bytes.
                    let gone = held(&before, &naming, &mut |blob| release(&world, &blob));
                    if let Err(error) = gone {
                        tracing::error!(error, "the bytes of a state that is gone are left");
                    }
                    Ok(())
                }
                Err(error) => {
                    made.iter().for_each(|blob| release(&world, blob));
                    Err(error.into())
                }
            }
        });
        committed.await.unwrap_or_else(|panic| Err(ImportError::Input(std::io::Error::other(panic))))?;
        Ok(summary)
    }

    /// Gives everything back that was written.
    async fn give_back(mut self) {
        let waiting = std::mem::take(&mut self.waiting).into_iter().flat_map(|row| row.blobs);
        let left: Vec<_> = waiting.chain(std::mem::take(&mut self.coming)).collect();
        // What failed is the reason, or follows from it.
        let _failed = self.made(left).await;
        for blob in &self.made {
            release(self.world, blob);
        }
    }
}

/// The reference of what a row names.
fn renamed(
    own: &mut BTreeMap<BlobRef, BlobRef>,
    shared: &mut BTreeMap<BlobRef, Shared>,
    name: BlobRef,
    named: Named,
) -> Result<BlobRef, String> {
    let unknown = || format!("it names the blob {name}, which does not stand before it");
    if named == Named::Alone {
        return own.remove(&name).ok_or_else(unknown);
    }
    if let Some(blob) = own.remove(&name) {
        shared.insert(name, Shared { blob, is_counted: false });
    }
    let known = shared.get_mut(&name).ok_or_else(unknown)?;
    known.is_counted |= named == Named::Counted;
    Ok(known.blob)
}

/// Gives bytes back that no row names: what cannot be deleted now is an orphan, which the next opening throws away.
pub(crate) fn release(world: &World, blob: &BlobRef) {
    if let Err(error) = world.blobs.release(blob) {
        tracing::error!(%blob, %error, "the bytes cannot be given back");
    }
}
