//! Every operation of every API in scope.

pub use apis::APIS;
use shape::{ApiMeta, OperationMeta};

/// Every operation with its API.
pub fn operations() -> Vec<(&'static ApiMeta, &'static OperationMeta)> {
    APIS.iter().flat_map(|api| api.operations.iter().map(move |operation| (*api, *operation))).collect()
}

/// The operation a line names (`ec2 DescribeVpcs`); any other line leads to some operation too, so that a mutated
/// one still tests something.
pub fn operation(line: &[u8]) -> (&'static ApiMeta, &'static OperationMeta) {
    let text = String::from_utf8_lossy(line);
    let mut words = text.split_whitespace();
    let (id, name) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let all = operations();
    let named = all.iter().find(|(api, operation)| api.id == id && operation.name == name);
    let hash = line.iter().fold(0_usize, |hash, byte| hash.wrapping_mul(31).wrapping_add(usize::from(*byte)));
    *named.unwrap_or(&all[hash % all.len()])
}
