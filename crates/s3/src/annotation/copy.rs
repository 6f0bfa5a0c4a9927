//! Annotations that go along with a copy of their object.

use super::record::{self, AnnotationRow};
use super::{name, takes_annotations};
use crate::checksum::{Algorithm, Checksum, Coverage};
use crate::error::Error;
use crate::object::read::Pieces;
use crate::object::record::{Object, ObjectRow, Piece};
use crate::object::source;
use ports::Cx;
use std::collections::BTreeMap;
use store::{Record, Tx};

/// What CopyObject does about annotations.
pub(crate) struct Along {
    /// They are copied unless the request says `EXCLUDE`.
    wanted: bool,
    /// Checksums by an algorithm the request names, of the payloads that have another; by name.
    sums: BTreeMap<String, (Piece, Checksum)>,
}

impl Along {
    /// Reads the directive, and the payloads whose checksums have to be computed anew.
    pub(crate) async fn prepare(
        cx: &Cx,
        row: &ObjectRow,
        directive: Option<&str>,
        algorithm: Option<Algorithm>,
    ) -> Result<Self, Error> {
        let wanted = directive != Some("EXCLUDE");
        let mut sums = BTreeMap::new();
        let any = row.object.as_ref().is_some_and(|object| object.annotations > 0);
        if let Some(algorithm) = algorithm.filter(|_| wanted && any) {
            // Their bytes stay while the checksums are computed.
            let _reading = cx.world().blobs.reading();
            let beginning = record::of_version(&row.key());
            let found = cx.read(|view| view.paged::<AnnotationRow>().range(&beginning, None, name::MOST))?;
            for (_, annotation) in found {
                if annotation.checksum.algorithm != algorithm {
                    let (_, value) = {
                        let bytes = Pieces::new(cx, cx.world().blobs.reading(), annotation.pieces(), None);
                        source::hash(bytes, algorithm).await?
                    };
                    let sum = Checksum { algorithm, coverage: Coverage::FullObject, value };
                    sums.insert(annotation.name.clone(), (annotation.piece, sum));
                }
            }
        }
        Ok(Self { wanted, sums })
    }

    /// The annotations of the source, for `copy`, which counts them from here on.
    pub(crate) fn take(
        &self,
        tx: &mut Tx,
        row: &ObjectRow,
        copy: &mut Object,
    ) -> Result<Vec<AnnotationRow>, Error> {
        if !self.wanted {
            return Ok(Vec::new());
        }
        let mut taken = record::share_all(tx, row)?;
        if !taken.is_empty() {
            takes_annotations(copy)?;
        }
        let algorithm = self.sums.values().next().map(|(_, sum)| sum.algorithm);
        for annotation in &mut taken {
            match self.sums.get(&annotation.name) {
                Some((piece, sum)) if piece.blob == annotation.piece.blob => {
                    annotation.checksum = sum.clone()
                }
                // It was replaced since, or came after: what was computed is another payload's.
                Some(_) => return Err(Error::OperationAborted),
                None if algorithm.is_some_and(|algorithm| algorithm != annotation.checksum.algorithm) => {
                    return Err(Error::OperationAborted);
                }
                None => {}
            }
        }
        copy.annotations = taken.len();
        Ok(taken)
    }
}
