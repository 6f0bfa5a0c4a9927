//! Compaction: what still lives in segments that are mostly dead moves to the end of the log, and they go.
//!
//! A step is one pass over the rows that name bytes, a page at a time. A blob is copied and is durable before its row
//! names the copy; the row is changed only if nobody changed it meanwhile; the old bytes go after the commit. A crash,
//! or a stop, in between leaves an orphan, which the next opening throws away.

use crate::annotation::record::AnnotationRow;
use crate::object::record::{Body, ObjectRow, Piece};
use crate::object::share::{self, ManifestRow};
use crate::upload::record::PartRow;
use blob::BlobRef;
use ports::{Loop, Next, Step, StepError, World};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::{EventRow, Record, StoreError, WriteCall};

/// A segment with less than this share of its bytes alive is worth the copying.
const SHARE: f64 = 0.5;
/// How long after a pass the next is thought of.
const PERIOD: Duration = Duration::from_secs(30);
/// Rows read at once.
const ROWS: usize = 500;

/// The loop.
#[derive(Default)]
pub(crate) struct Compact {
    /// What the last pass over each world could not empty: bytes that copies of the world share.
    left: Arc<Mutex<BTreeMap<String, BTreeSet<u32>>>>,
}

impl Loop for Compact {
    fn name(&self) -> &'static str {
        "s3.compact"
    }

    fn wakes(&self, _event: &EventRow) -> bool {
        false
    }

    fn step(&self, world: Arc<World>) -> Step {
        let left = self.left.clone();
        Box::pin(async move {
            let sparse = sparse_segments(&world);
            let known = left.lock().unwrap_or_else(PoisonError::into_inner).get(&world.name).cloned();
            if sparse.is_empty() || known.is_some_and(|known| known == sparse) {
                return Ok(Next::After(PERIOD));
            }
            let mut pass = Pass { world: world.clone(), sparse, moved: BTreeMap::new() };
            pass.run().await?;
            let rest = sparse_segments(&world);
            left.lock().unwrap_or_else(PoisonError::into_inner).insert(world.name.clone(), rest);
            Ok(Next::After(PERIOD))
        })
    }
}

fn sparse_segments(world: &World) -> BTreeSet<u32> {
    world.blobs.sparse_segments(SHARE).into_iter().collect()
}

/// A row that names bytes.
trait Holder: Record {
    fn pieces(&self) -> &[Piece];
    fn pieces_mut(&mut self) -> &mut [Piece];
}

impl Holder for ObjectRow {
    fn pieces(&self) -> &[Piece] {
        match self.object.as_ref().map(|object| &object.body) {
            Some(Body::Inline(pieces)) => pieces,
            Some(Body::Manifest { .. }) | None => &[],
        }
    }

    fn pieces_mut(&mut self) -> &mut [Piece] {
        match self.object.as_mut().map(|object| &mut object.body) {
            Some(Body::Inline(pieces)) => pieces,
            Some(Body::Manifest { .. }) | None => &mut [],
        }
    }
}

impl Holder for ManifestRow {
    fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    fn pieces_mut(&mut self) -> &mut [Piece] {
        &mut self.pieces
    }
}

impl Holder for PartRow {
    fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    fn pieces_mut(&mut self) -> &mut [Piece] {
        &mut self.pieces
    }
}

impl Holder for AnnotationRow {
    fn pieces(&self) -> &[Piece] {
        self.pieces()
    }

    fn pieces_mut(&mut self) -> &mut [Piece] {
        std::slice::from_mut(&mut self.piece)
    }
}

/// One pass over a world.
struct Pass {
    world: Arc<World>,
    /// The segments that are emptied.
    sparse: BTreeSet<u32>,
    /// Blobs that were copied, their copies, and whether a row names the copy by now. Blobs that several rows share are
    /// copied once.
    moved: BTreeMap<BlobRef, (BlobRef, bool)>,
}

impl Pass {
    async fn run(&mut self) -> Result<(), StepError> {
        self.table::<ObjectRow>().await?;
        self.table::<ManifestRow>().await?;
        self.table::<PartRow>().await?;
        self.table::<AnnotationRow>().await?;
        for (copy, named) in std::mem::take(&mut self.moved).into_values() {
            if !named {
                self.world.blobs.release(&copy)?;
            }
        }
        Ok(())
    }

    async fn table<R: Holder>(&mut self) -> Result<(), StepError> {
        let mut after: Option<String> = None;
        loop {
            let rows = self.world.store.view().paged::<R>().range("", after.as_deref(), ROWS)?;
            let Some((last, _)) = rows.last() else { return Ok(()) };
            after = Some(last.to_string());
            for (text, row) in &rows {
                if row.pieces().iter().any(|piece| self.concerns(piece)) {
                    self.row(text, &**row).await?;
                }
            }
            tokio::task::yield_now().await;
        }
    }

    fn concerns(&self, piece: &Piece) -> bool {
        piece.blob.segment().is_some_and(|segment| self.sparse.contains(&segment))
    }

    /// Copies what a row names in those segments, and lets the row name the copies.
    async fn row<R: Holder>(&mut self, text: &str, seen: &R) -> Result<(), StepError> {
        let olds: Vec<BlobRef> =
            seen.pieces().iter().filter(|piece| self.concerns(piece)).map(|piece| piece.blob).collect();
        for old in &olds {
            if !self.moved.contains_key(old) {
                self.moved.insert(*old, (self.world.blobs.copy(old).await?, false));
            }
        }
        let call = WriteCall { now: self.world.clock.now(), pace: self.world.pace };
        let (outcome, ticket) = self.world.store.write(&call, |tx| {
            let Some(found) = tx.paged::<R>().get(text)? else { return Ok(None) };
            if found.pieces() != seen.pieces() {
                return Ok(None);
            }
            let (mut row, mut freed) = (R::clone(&found), Vec::new());
            for piece in row.pieces_mut() {
                let Some((copy, _)) = self.moved.get(&piece.blob) else { continue };
                share::give_up(tx, std::slice::from_ref(piece), &mut freed)?;
                if piece.shared {
                    share::count(tx, *copy)?;
                }
                piece.blob = *copy;
            }
            tx.paged::<R>().put(row);
            Ok::<_, StoreError>(Some(freed))
        });
        let Some(freed) = outcome? else { return Ok(()) };
        ticket.wait().await?;
        for old in &olds {
            if let Some((_, named)) = self.moved.get_mut(old) {
                *named = true;
            }
        }
        for blob in freed {
            self.world.blobs.release(&blob)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::small_segments;
    use base::AccountId;
    use ports::{BodyOut, Caller};
    use shapes_s3 as api;
    use testkit::Local;

    fn bucket_and_key(key: &str) -> (Option<String>, Option<String>) {
        (Some("bkt".to_owned()), Some(key.to_owned()))
    }

    fn put(s3: &Local, key: &str, body: &[u8]) {
        let (bucket, key) = bucket_and_key(key);
        let cx = s3.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1");
        let input = api::PutObjectRequest { bucket, key, ..api::PutObjectRequest::default() };
        s3.stream_with::<api::PutObject>(&cx, input, body).unwrap();
    }

    fn get(s3: &Local, key: &str) -> Vec<u8> {
        let (bucket, key) = bucket_and_key(key);
        let cx = s3.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1");
        let input = api::GetObjectRequest { bucket, key, ..api::GetObjectRequest::default() };
        let (answer, bytes) = s3.stream_with::<api::GetObject>(&cx, input, &[]).unwrap();
        assert!(matches!(answer.body, BodyOut::Bytes(_)));
        bytes.to_vec()
    }

    fn delete(s3: &Local, key: &str) {
        let (bucket, key) = bucket_and_key(key);
        s3.call::<api::DeleteObject>(api::DeleteObjectRequest {
            bucket,
            key,
            ..api::DeleteObjectRequest::default()
        })
        .unwrap();
    }

    fn copy(s3: &Local, from: &str, to: &str) {
        let (bucket, key) = bucket_and_key(to);
        let copy_source = Some(format!("bkt/{from}"));
        s3.call::<api::CopyObject>(api::CopyObjectRequest {
            bucket,
            key,
            copy_source,
            ..api::CopyObjectRequest::default()
        })
        .unwrap();
    }

    fn body(number: usize) -> Vec<u8> {
        vec![u8::try_from(number % 251).unwrap(); 1000 + number]
    }

    #[test]
    fn what_lives_moves_together_and_the_space_comes_back() {
        let s3 = small_segments();
        let keys: Vec<String> = (0..60).map(|number| format!("k{number}")).collect();
        for (number, key) in keys.iter().enumerate() {
            put(&s3, key, &body(number));
        }
        // Two rows share one blob: it moves once, and both find it.
        copy(&s3, "k0", "twin");
        for key in keys.iter().enumerate().filter(|(number, _)| number % 4 != 0).map(|(_, key)| key) {
            delete(&s3, key);
        }
        let before = s3.world().blobs.usage();
        s3.settle();
        let after = s3.world().blobs.usage();
        assert!(after.segments * 2 < before.segments, "{before:?} {after:?}");
        assert_eq!(after.live_bytes, before.live_bytes, "what lives is still there, once");
        assert_eq!(s3.world().blobs.scan().unwrap().damaged, []);
        for (number, key) in keys.iter().enumerate().filter(|(number, _)| number % 4 == 0) {
            assert_eq!(get(&s3, key), body(number), "{key}");
        }
        assert_eq!(get(&s3, "twin"), body(0));
        for key in keys.iter().step_by(4).map(String::as_str).chain(["twin"]) {
            delete(&s3, key);
        }
        assert_eq!(s3.world().blobs.usage().live_bytes, 0, "every reference was given up once");
    }
}
