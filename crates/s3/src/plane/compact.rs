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
use store::{EventRow, Record, StoreError, Tx, WriteCall};
use tokio::task::JoinSet;

/// A segment with less than this share of its bytes alive is worth the copying.
const SHARE: f64 = 0.5;
/// How long after a pass the next is thought of.
const PERIOD: Duration = Duration::from_secs(30);
/// Rows read at once.
const ROWS: usize = 500;
/// Rows that move with one commit at the most, and about how many bytes.
const BUNCH_ROWS: usize = 64;
const BUNCH_BYTES: u64 = 4 * 1024 * 1024;
/// Passes of one whole compaction at the most: rows that change under it are left to the next.
const PASSES: usize = 2;
/// How many periods segments are left alone that a pass could do nothing about: in ten minutes a reader may have ended.
const PATIENCE: usize = 20;

/// The loop.
#[derive(Default)]
pub(crate) struct Compact {
    /// What the last pass over each world could do nothing about.
    left: Arc<Mutex<BTreeMap<String, Left>>>,
}

/// Segments that a pass found sparse and left so without moving anything: what copies of the world share, what is being
/// read. One that moved something may have been overtaken by a copy that was made behind it, and is followed by another.
struct Left {
    segments: BTreeSet<u32>,
    /// Periods that have gone by since.
    periods: usize,
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
            give_back(&world).await?;
            // What a copy of a world could move is mostly not its own, and stays where it is.
            if world.blobs.is_copy() {
                return Ok(Next::After(PERIOD));
            }
            let sparse = sparse_segments(&world);
            if sparse.is_empty() || is_left(&left, &world.name, &sparse) {
                return Ok(Next::After(PERIOD));
            }
            if pass(&world, sparse).await?.did_nothing() {
                let rest = Left { segments: sparse_segments(&world), periods: 0 };
                left.lock().unwrap_or_else(PoisonError::into_inner).insert(world.name.clone(), rest);
            }
            Ok(Next::After(PERIOD))
        })
    }
}

/// Whether these segments are those that nothing could be done about, and that not long ago.
fn is_left(left: &Mutex<BTreeMap<String, Left>>, world: &str, sparse: &BTreeSet<u32>) -> bool {
    let mut left = left.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = left.get_mut(world)
        && known.segments == *sparse
        && known.periods < PATIENCE
    {
        known.periods += 1;
        return true;
    }
    left.remove(world);
    false
}

fn sparse_segments(world: &World) -> BTreeSet<u32> {
    world.blobs.sparse_segments(SHARE).into_iter().collect()
}

/// Gives all the space back that is dead by now, at once: every segment that holds anything dead is emptied, the
/// newest included. Without writers one pass is enough.
pub(crate) async fn whole(world: &Arc<World>) -> Result<(), StepError> {
    world.blobs.reconciled().await?;
    for _ in 0..PASSES {
        give_back(world).await?;
        let wasteful: BTreeSet<u32> = world.blobs.wasteful_segments()?.into_iter().collect();
        if wasteful.is_empty() || !pass(world, wasteful).await?.passed_over {
            break;
        }
    }
    give_back(world).await?;
    Ok(world.blobs.trim()?)
}

/// Gives back what no pass has to move: what calls gave up that were cut off, and segments without anything live.
async fn give_back(world: &World) -> Result<(), StepError> {
    let given_up = world.blobs.take_given_up();
    if !given_up.is_empty() {
        // Their rows were written before this: once this is durable, so are they.
        let call = WriteCall { now: world.clock.now(), pace: world.pace };
        let (outcome, ticket) = world.store.write(&call, |_| Ok::<_, StoreError>(()));
        outcome?;
        ticket.wait().await?;
        for blob in given_up {
            world.blobs.release(&blob)?;
        }
    }
    world.blobs.sweep()?;
    Ok(())
}

/// What a pass has come to.
struct Passed {
    /// A row was passed over because it changed meanwhile.
    passed_over: bool,
    /// A row names other bytes than before.
    moved: bool,
}

impl Passed {
    fn did_nothing(&self) -> bool {
        !self.passed_over && !self.moved
    }
}

/// Empties the segments.
async fn pass(world: &Arc<World>, sparse: BTreeSet<u32>) -> Result<Passed, StepError> {
    let mut pass = Pass::new(world.clone(), sparse);
    let outcome = pass.run().await;
    // Also where it failed: copies that no row names are given back.
    for (copy, named) in std::mem::take(&mut pass.moved).into_values() {
        if !named {
            world.blobs.release(&copy)?;
        }
    }
    outcome.map(|()| Passed { passed_over: pass.passed_over, moved: pass.has_moved })
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
    /// Blobs that cannot be read: they are not tried again.
    unreadable: BTreeSet<BlobRef>,
    /// A row changed between its reading and its writing.
    passed_over: bool,
    /// A row names a copy by now.
    has_moved: bool,
}

/// What became of a row.
enum Outcome {
    /// It names the copies; these blobs nobody refers to any more.
    Moved(Vec<BlobRef>),
    /// It changed meanwhile.
    Changed,
    /// Those who named these copies have given them up: they are gone.
    Stale(Vec<BlobRef>),
}

impl Pass {
    fn new(world: Arc<World>, sparse: BTreeSet<u32>) -> Self {
        Self {
            world,
            sparse,
            moved: BTreeMap::new(),
            unreadable: BTreeSet::new(),
            passed_over: false,
            has_moved: false,
        }
    }

    async fn run(&mut self) -> Result<(), StepError> {
        self.table::<ObjectRow>().await?;
        self.table::<ManifestRow>().await?;
        self.table::<PartRow>().await?;
        self.table::<AnnotationRow>().await
    }

    async fn table<R: Holder>(&mut self) -> Result<(), StepError> {
        let mut after: Option<String> = None;
        loop {
            // What a row of this page names can be read until the page is done.
            let _reading = self.world.blobs.reading();
            let rows = self.world.store.view().paged::<R>().range("", after.as_deref(), ROWS)?;
            let Some((last, _)) = rows.last() else { return Ok(()) };
            after = Some(last.to_string());
            let (mut bunch, mut bytes) = (Vec::new(), 0);
            for (text, row) in &rows {
                let own: Vec<BlobRef> = self.olds(&**row).collect();
                if own.is_empty() {
                    continue;
                }
                bytes += own.iter().map(BlobRef::len).sum::<u64>();
                bunch.push((&**text, &**row));
                if bunch.len() == BUNCH_ROWS || bytes > BUNCH_BYTES {
                    self.bunch(&bunch).await?;
                    (bunch, bytes) = (Vec::new(), 0);
                }
            }
            self.bunch(&bunch).await?;
            tokio::task::yield_now().await;
        }
    }

    /// What a row names in the segments that are emptied.
    fn olds<R: Holder>(&self, row: &R) -> impl Iterator<Item = BlobRef> {
        row.pieces().iter().filter(|piece| self.concerns(piece)).map(|piece| piece.blob)
    }

    fn concerns(&self, piece: &Piece) -> bool {
        piece.blob.segment().is_some_and(|segment| self.sparse.contains(&segment))
    }

    /// Copies what the rows name in those segments, and lets the rows name the copies: with one sync and one commit.
    async fn bunch<R: Holder>(&mut self, bunch: &[(&str, &R)]) -> Result<(), StepError> {
        let mut copies = JoinSet::new();
        let olds: BTreeSet<BlobRef> = bunch.iter().flat_map(|(_, row)| self.olds(*row)).collect();
        let known = |old: &BlobRef| self.moved.contains_key(old) || self.unreadable.contains(old);
        for old in olds.into_iter().filter(|old| !known(old)) {
            let blobs = self.world.blobs.clone();
            copies.spawn(async move { (old, blobs.copy(&old).await) });
        }
        while let Some(copied) = copies.join_next().await {
            match copied? {
                (old, Ok(copy)) => {
                    self.moved.insert(old, (copy, false));
                }
                // It stays where it is, and so does its segment; everything else moves.
                (old, Err(error)) => {
                    tracing::error!(world = self.world.name, blob = %old, %error, "cannot be moved");
                    self.unreadable.insert(old);
                }
            }
        }
        let call = WriteCall { now: self.world.clock.now(), pace: self.world.pace };
        let (outcomes, ticket) = self.world.store.write(&call, |tx| {
            bunch.iter().map(|(text, row)| self.rename(tx, text, *row)).collect::<Result<Vec<_>, _>>()
        });
        let mut freed = Vec::new();
        for ((_, row), outcome) in bunch.iter().zip(outcomes?) {
            match outcome {
                Outcome::Changed => self.passed_over = true,
                Outcome::Stale(olds) => {
                    self.passed_over = true;
                    self.moved.retain(|old, _| !olds.contains(old));
                }
                Outcome::Moved(blobs) => {
                    self.has_moved = true;
                    // From here on the row answers for the copies, whatever happens to this pass.
                    let own: Vec<BlobRef> = self.olds(*row).collect();
                    for old in own {
                        if let Some((_, named)) = self.moved.get_mut(&old) {
                            *named = true;
                        }
                    }
                    freed.extend(blobs);
                }
            }
        }
        ticket.wait().await?;
        for blob in freed {
            self.world.blobs.release(&blob)?;
        }
        Ok(())
    }

    fn rename<R: Holder>(&self, tx: &mut Tx, text: &str, seen: &R) -> Result<Outcome, StoreError> {
        let Some(found) = tx.paged::<R>().get(text)? else { return Ok(Outcome::Changed) };
        if found.pieces() != seen.pieces() {
            return Ok(Outcome::Changed);
        }
        let mut stale = Vec::new();
        for piece in found.pieces() {
            if let Some((copy, true)) = self.moved.get(&piece.blob)
                && !share::is_counted(tx, copy)?
            {
                stale.push(piece.blob);
            }
        }
        if !stale.is_empty() {
            return Ok(Outcome::Stale(stale));
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
        Ok(Outcome::Moved(freed))
    }
}

#[cfg(test)]
mod tests {
    use super::{Compact, Holder, Left, PATIENCE, Pass, ROWS, is_left};
    use crate::object::record::ObjectRow;
    use crate::tests::small_segments;
    use base::AccountId;
    use ports::{BodyOut, Caller, Loop, Next, Step};
    use shapes_s3 as api;
    use std::collections::BTreeSet;
    use std::future::poll_fn;
    use std::sync::Mutex;
    use std::task::Poll;
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
    fn a_copy_whose_twin_is_deleted_while_it_moves_keeps_its_bytes() {
        let s3 = small_segments();
        put(&s3, "a", &body(1));
        copy(&s3, "a", "b");
        // Both rows name one blob. The pass moves the first of them; then it is deleted, and with it the moved bytes.
        let world = s3.shared_world();
        let rows = world.store.view().paged::<ObjectRow>().range("", None, 10).unwrap();
        let [(first, a), (second, b)] = rows.as_slice() else { panic!("two rows") };
        let sparse = a.pieces().iter().filter_map(|piece| piece.blob.segment()).collect();
        let mut pass = Pass::new(world.clone(), sparse);
        s3.wait(pass.bunch(&[(&**first, &**a)])).unwrap();
        delete(&s3, "a");
        s3.wait(pass.bunch(&[(&**second, &**b)])).unwrap();
        assert!(pass.passed_over, "it is left to the next pass");
        assert_eq!(get(&s3, "b"), body(1));
        s3.wait(super::whole(&world)).unwrap();
        assert_eq!(get(&s3, "b"), body(1));
        let usage = world.blobs.usage();
        assert_eq!(
            (usage.live_records, world.blobs.segment_bytes().unwrap()),
            (1, usage.least_segment_bytes())
        );
    }

    /// Lets a step go on until it waits for something; `None` as long as it has not ended.
    fn go_on(s3: &Local, step: &mut Step) -> Option<Next> {
        s3.wait(async {
            let polled = poll_fn(|context| Poll::Ready(step.as_mut().poll(context))).await;
            // What it waits for has its turn.
            tokio::task::yield_now().await;
            match polled {
                Poll::Ready(next) => Some(next.unwrap()),
                Poll::Pending => None,
            }
        })
    }

    #[test]
    fn a_copy_that_was_made_behind_a_pass_moves_with_the_next() {
        let s3 = small_segments();
        // More rows than are read at once: while the first of them are moved already, the last has yet to be seen.
        let last = format!("k{ROWS:04}");
        for number in 0..=ROWS {
            put(&s3, &format!("k{number:04}"), &body(0)[..100]);
            put(&s3, "overwritten", &body(0));
        }
        (0..20).for_each(|number| put(&s3, "overwritten", &body(number)));
        let (compact, world) = (Compact::default(), s3.shared_world());
        let segment = |key: &str| {
            let rows = world.store.view().paged::<ObjectRow>().range("", None, 2 * ROWS).unwrap();
            rows.iter().find(|(_, row)| row.key == key).and_then(|(_, row)| row.pieces()[0].blob.segment())
        };
        let (first_was, last_was) = (segment("k0000"), segment(&last));
        let mut step = compact.step(world.clone());
        while segment("k0000") == first_was {
            assert_eq!(go_on(&s3, &mut step), None, "the pass has ended before it moved anything");
        }
        assert_eq!(segment(&last), last_was, "the pass has yet to come there");
        copy(&s3, &last, "behind");
        while go_on(&s3, &mut step).is_none() {}
        assert_ne!(segment(&last), last_was);
        assert_eq!(segment("behind"), last_was, "the pass did not see it");
        // Nothing else happens: the next period's step moves it all the same.
        s3.wait(compact.step(world.clone())).unwrap();
        assert_ne!(segment("behind"), last_was);
        assert_eq!(get(&s3, "behind"), &body(0)[..100]);
    }

    #[test]
    fn what_nothing_can_be_done_about_is_left_alone_for_a_while() {
        let left = Mutex::default();
        let sparse = BTreeSet::from([1, 2]);
        assert!(!is_left(&left, "main", &sparse));
        let known = || Left { segments: sparse.clone(), periods: 0 };
        left.lock().unwrap().insert("main".to_owned(), known());
        for _ in 0..PATIENCE {
            assert!(is_left(&left, "main", &sparse));
        }
        assert!(!is_left(&left, "main", &sparse), "then it is looked at again");
        left.lock().unwrap().insert("main".to_owned(), known());
        assert!(!is_left(&left, "main", &BTreeSet::from([1, 2, 3])), "others may have to be moved");
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
