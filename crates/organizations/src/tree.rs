//! Who stands in whom.

use crate::Organizations;
use crate::error::Error;
use crate::listing::Asked;
use crate::node::{Node, parent};
use crate::organization::managed;
use ports::Cx;
use shapes_organizations as api;

/// `ListParents`: the root or unit an account or unit stands in.
pub(crate) fn parents(
    cx: &Cx,
    _svc: &Organizations,
    input: api::ListParentsRequest,
) -> Result<api::ListParentsResponse, Error> {
    let child = input.child_id.unwrap_or_default();
    let asked = Asked { token: input.next_token, most: input.max_results };
    let above = cx.read(|view| {
        let organization = managed(view, cx)?;
        let child = Node::find(view, &organization, &child).ok_or(Error::NoChild)?;
        let above = child.parent().ok_or(Error::NoChild)?;
        parent(view, &organization, above)
    })?;
    let above = api::Parent { id: Some(above.id().to_owned()), type_: Some(above.kind().to_owned()) };
    let key = |parent: &api::Parent| parent.id.clone().unwrap_or_default();
    let (parents, next_token) = asked.page(cx, &["ListParents", &child], [above], key)?;
    Ok(api::ListParentsResponse { parents: Some(parents), next_token })
}

/// `ListChildren`: the accounts or the units in a root or unit, by id.
pub(crate) fn children(
    cx: &Cx,
    _svc: &Organizations,
    input: api::ListChildrenRequest,
) -> Result<api::ListChildrenResponse, Error> {
    let (above, kind) = (input.parent_id.unwrap_or_default(), input.child_type.unwrap_or_default());
    let asked = Asked { token: input.next_token, most: input.max_results };
    let mut nodes = cx.read(|view| {
        let organization = managed(view, cx)?;
        parent(view, &organization, &above)?;
        Ok::<_, Error>(Node::all(view, &organization))
    })?;
    nodes.retain(|node| node.parent() == Some(above.as_str()) && node.kind() == kind);
    let call = ["ListChildren", &above, &kind];
    let (nodes, next_token) = asked.page(cx, &call, nodes, |node| node.id().to_owned())?;
    let child = |node: &Node| api::Child { id: Some(node.id().to_owned()), type_: Some(kind.clone()) };
    Ok(api::ListChildrenResponse { children: Some(nodes.iter().map(child).collect()), next_token })
}
