//! ListSnapshotBlocks and ListChangedBlocks. Pages are as full as can be, unless they are asked to be AWS's.

use super::error::Error;
use super::token::Tokens;
use super::{Direct, readable};
use crate::block::{BLOCK_BYTES, Chain};
use crate::snapshot::Snapshot;
use ports::Cx;
use shapes_ebs as api;

/// Blocks of a page where fewer are not asked for.
const PAGE: usize = 10_000;
/// Blocks of a page at the least: who asks for fewer is given as many, should there be so many.
/// Source: EBS user guide, "Frequently asked questions for EBS direct APIs". The model says that fewer are refused.
const LEAST: usize = 100;

/// How ListChangedBlocks cuts its pages. Those of ListSnapshotBlocks are the same either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BlockPages {
    /// As many changed blocks as are asked for.
    #[default]
    Dense,
    /// As AWS: the changed ones among so many blocks that one of both snapshots has. Where little has changed a page has few
    /// of them or none, and a token all the same.
    /// Source: EBS user guide, "Frequently asked questions for EBS direct APIs".
    Windows,
}

/// What a token of a block is bound to.
pub(super) fn block_words(id: &str) -> [&str; 2] {
    ["block", id]
}

fn limit(most: Option<i32>) -> usize {
    most.and_then(|most| usize::try_from(most).ok()).map_or(PAGE, |most| most.max(LEAST))
}

/// Where a page begins: a token wins over an index.
fn from(tokens: &Tokens, token: Option<&str>, index: Option<i32>) -> Result<u32, Error> {
    match token {
        Some(token) => tokens.page_from(token),
        None => Ok(index.and_then(|index| u32::try_from(index).ok()).unwrap_or_default()),
    }
}

fn chain(view: &store::View, own: &Snapshot) -> Chain {
    Chain::of(view, own.content.as_ref().map(|content| content.layer.as_str()))
}

/// `ListSnapshotBlocks`, by index.
pub(super) fn blocks(
    cx: &Cx,
    _svc: &Direct,
    input: api::ListSnapshotBlocksRequest,
) -> Result<api::ListSnapshotBlocksResponse, Error> {
    let id = input.snapshot_id.unwrap_or_default();
    cx.read(|view| {
        let own = readable(view, cx, &id)?;
        let pages = Tokens::new(cx, view, &["ListSnapshotBlocks", &id]);
        let from = from(&pages, input.next_token.as_deref(), input.starting_block_index)?;
        let limit = limit(input.max_results);
        let mut rows = chain(view, &own).page(view, from, limit + 1)?;
        let next = if rows.len() > limit { rows.pop().map(|row| row.index) } else { None };
        let tokens = Tokens::new(cx, view, &block_words(&id));
        let blocks = rows.iter().map(|row| api::Block {
            block_index: i32::try_from(row.index).ok(),
            block_token: Some(tokens.block(row.index, &row.checksum)),
        });
        Ok(api::ListSnapshotBlocksResponse {
            blocks: Some(blocks.collect()),
            expiry_time: Some(tokens.blocks_until().into()),
            volume_size: Some(i64::from(own.size_gib)),
            block_size: i32::try_from(BLOCK_BYTES).ok(),
            next_token: next.map(|next| pages.page(next)),
        })
    })
}

/// `ListChangedBlocks`: where two snapshots of one line differ, by index. A block that was written again with the same
/// bytes is none.
pub(super) fn changed(
    cx: &Cx,
    svc: &Direct,
    input: api::ListChangedBlocksRequest,
) -> Result<api::ListChangedBlocksResponse, Error> {
    let second_id = input.second_snapshot_id.unwrap_or_default();
    let first_id = input.first_snapshot_id.ok_or(Error::NoFirst)?;
    cx.read(|view| {
        let (first, second) = (readable(view, cx, &first_id)?, readable(view, cx, &second_id)?);
        if first.line() != second.line() {
            return Err(Error::Unrelated(first_id.clone(), second_id.clone()));
        }
        let pages = Tokens::new(cx, view, &["ListChangedBlocks", &first_id, &second_id]);
        let from = from(&pages, input.next_token.as_deref(), input.starting_block_index)?;
        let (one, two) = (chain(view, &first), chain(view, &second));
        let limit = limit(input.max_results);
        let (rows, next) = match svc.pages {
            BlockPages::Dense => one.changes(view, &two, from, limit)?,
            BlockPages::Windows => one.window(view, &two, from, limit)?,
        };
        let of_first = Tokens::new(cx, view, &block_words(&first_id));
        let of_second = Tokens::new(cx, view, &block_words(&second_id));
        let blocks = rows.iter().map(|(index, one, two)| api::ChangedBlock {
            block_index: i32::try_from(*index).ok(),
            first_block_token: one.as_ref().map(|row| of_first.block(*index, &row.checksum)),
            second_block_token: two.as_ref().map(|row| of_second.block(*index, &row.checksum)),
        });
        Ok(api::ListChangedBlocksResponse {
            changed_blocks: Some(blocks.collect()),
            expiry_time: Some(of_second.blocks_until().into()),
            volume_size: Some(i64::from(second.size_gib)),
            block_size: i32::try_from(BLOCK_BYTES).ok(),
            next_token: next.map(|next| pages.page(next)),
        })
    })
}
