//! Reading blocks through layers.

use super::layer::{BlockRow, Layer};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Rows, StoreError, View};

/// Blocks looked at together.
const PAGE: usize = 1_000;

/// A layer and those beneath it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Chain(Vec<String>);

/// An index and what two chains have there.
pub(crate) type Difference = (u32, Option<Arc<BlockRow>>, Option<Arc<BlockRow>>);

impl Chain {
    /// The one that begins at a layer.
    pub(crate) fn of(rows: &impl Rows, layer: Option<&str>) -> Self {
        let mut chain = Vec::new();
        let mut next = layer.map(str::to_owned);
        while let Some(found) = next.as_deref().and_then(|id| rows.row::<Layer>(id)) {
            chain.push(found.id.clone());
            next.clone_from(&found.parent);
        }
        Self(chain)
    }

    /// The block of an index: that of the nearest layer which has one.
    pub(crate) fn block(&self, view: &View, index: u32) -> Result<Option<Arc<BlockRow>>, StoreError> {
        for layer in &self.0 {
            if let Some(found) = view.paged::<BlockRow>().get(&BlockRow::key_of(layer, index))? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// At most `limit` blocks from an index on, in order.
    pub(crate) fn page(
        &self,
        view: &View,
        from: u32,
        limit: usize,
    ) -> Result<Vec<Arc<BlockRow>>, StoreError> {
        let mut found: BTreeMap<u32, Arc<BlockRow>> = BTreeMap::new();
        for layer in &self.0 {
            let after = from.checked_sub(1).map(|before| BlockRow::key_of(layer, before));
            let rows = view.paged::<BlockRow>().range(&format!("{layer}/"), after.as_deref(), limit)?;
            for (_, row) in rows {
                found.entry(row.index).or_insert(row);
            }
        }
        Ok(found.into_values().take(limit).collect())
    }

    /// At most `limit` indexes from one on at which two chains differ, in order, and where to go on.
    pub(crate) fn changes(
        &self,
        view: &View,
        other: &Self,
        from: u32,
        limit: usize,
    ) -> Result<(Vec<Difference>, Option<u32>), StoreError> {
        let apart = |one: &Self, two: &Self| {
            Self(one.0.iter().filter(|layer| !two.0.contains(layer)).cloned().collect())
        };
        // What both have in common need not be looked at.
        let candidates = Self([apart(self, other).0, apart(other, self).0].concat());
        let (mut found, mut next) = (Vec::new(), from);
        loop {
            let page = candidates.page(view, next, PAGE)?;
            for row in &page {
                if found.len() == limit {
                    return Ok((found, Some(row.index)));
                }
                found.extend(self.difference(view, other, row.index)?);
            }
            match page.last() {
                Some(last) if page.len() == PAGE => next = last.index + 1,
                _ => return Ok((found, None)),
            }
        }
    }

    /// Those of the next `limit` indexes at which one of two chains has a block that differ there, in order, and where to go
    /// on.
    pub(crate) fn window(
        &self,
        view: &View,
        other: &Self,
        from: u32,
        limit: usize,
    ) -> Result<(Vec<Difference>, Option<u32>), StoreError> {
        let further = other.0.iter().filter(|layer| !self.0.contains(layer));
        let both = Self(self.0.iter().chain(further).cloned().collect());
        let mut rows = both.page(view, from, limit + 1)?;
        let next = if rows.len() > limit { rows.pop().map(|row| row.index) } else { None };
        let mut found = Vec::new();
        for row in &rows {
            found.extend(self.difference(view, other, row.index)?);
        }
        Ok((found, next))
    }

    /// What two chains have at an index at which they differ.
    fn difference(&self, view: &View, other: &Self, index: u32) -> Result<Option<Difference>, StoreError> {
        let (one, two) = (self.block(view, index)?, other.block(view, index)?);
        let same = one.as_ref().map(|one| &one.checksum) == two.as_ref().map(|two| &two.checksum);
        Ok((!same).then_some((index, one, two)))
    }
}

/// What a layer holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Survey {
    /// SHA-256 over the checksums of its own blocks, by index, in Base64.
    pub(crate) checksum: String,
    /// All blocks, those beneath it too.
    pub(crate) blocks: u64,
}

/// Counts and sums what a layer holds.
pub(crate) fn survey(view: &View, layer: &str) -> Result<Survey, StoreError> {
    let chain = Chain::of(view, Some(layer));
    let (mut digest, mut blocks, mut next) = (Sha256::new(), 0, 0);
    loop {
        let page = chain.page(view, next, PAGE)?;
        for row in page.iter().filter(|row| row.layer == layer) {
            digest.update(BASE64.decode(&row.checksum).unwrap_or_default());
        }
        blocks += page.len() as u64;
        match page.last() {
            Some(last) if page.len() == PAGE => next = last.index + 1,
            _ => return Ok(Survey { checksum: BASE64.encode(digest.finalize()), blocks }),
        }
    }
}
