//! Which of S3's rows name blobs, and how.

use crate::S3;
use crate::annotation::record::AnnotationRow;
use crate::object::record::{Body, ObjectRow, Piece};
use crate::object::release::ReleaseRow;
use crate::object::share::{ManifestRow, ShareRow};
use crate::upload::record::PartRow;
use ports::{Each, Named, NamesBlobs, Registrar};

/// Tells the registry.
pub(crate) fn register(ops: &mut Registrar<'_, S3>) {
    ops.names::<ObjectRow>()
        .names::<ManifestRow>()
        .names::<PartRow>()
        .names::<AnnotationRow>()
        .names::<ShareRow>()
        .names::<ReleaseRow>();
}

fn show(pieces: &mut [Piece], each: &mut Each<'_>) -> Result<(), String> {
    for piece in pieces {
        each(&mut piece.blob, if piece.shared { Named::Shared } else { Named::Alone })?;
    }
    Ok(())
}

impl NamesBlobs for ObjectRow {
    fn blobs(&mut self, each: &mut Each<'_>) -> Result<(), String> {
        match self.object.as_mut().map(|object| &mut object.body) {
            Some(Body::Inline(pieces)) => show(pieces, each),
            Some(Body::Manifest { .. }) | None => Ok(()),
        }
    }
}

impl NamesBlobs for ManifestRow {
    fn blobs(&mut self, each: &mut Each<'_>) -> Result<(), String> {
        show(&mut self.pieces, each)
    }
}

impl NamesBlobs for PartRow {
    fn blobs(&mut self, each: &mut Each<'_>) -> Result<(), String> {
        show(&mut self.pieces, each)
    }
}

impl NamesBlobs for AnnotationRow {
    fn blobs(&mut self, each: &mut Each<'_>) -> Result<(), String> {
        show(std::slice::from_mut(&mut self.piece), each)
    }
}

impl NamesBlobs for ShareRow {
    const IN_KEY: bool = true;

    fn blobs(&mut self, each: &mut Each<'_>) -> Result<(), String> {
        each(&mut self.blob, Named::Counted)
    }
}

impl NamesBlobs for ReleaseRow {
    const IN_KEY: bool = true;
    const PASSING: bool = true;

    fn blobs(&mut self, each: &mut Each<'_>) -> Result<(), String> {
        self.blobs.iter_mut().try_for_each(|blob| each(blob, Named::Alone))
    }
}
