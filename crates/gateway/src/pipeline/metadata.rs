//! What instances ask of their metadata service: at an address of their own, or below a path of angae's.

use super::{OutBody, respond};
use crate::house::House;
use crate::internal;
use bytes::Bytes;
use ec2_resource::id::InstanceId;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use instance_metadata::{Asked, Unanswered};
use ports::World;
use std::sync::Arc;
use wire::{Answer, Head};

/// The instance and the rest of a path below `/_angae/instances/ID/metadata`: the id as it stands there.
pub(super) fn below(path: &str) -> Option<(&str, &str)> {
    let (id, rest) = path.strip_prefix("/_angae/instances/")?.split_once('/')?;
    let rest = rest.strip_prefix("metadata")?;
    (rest.is_empty() || rest.starts_with('/')).then_some((id, rest))
}

/// Answers an instance that is named in a path.
pub(super) async fn named(
    house: &House,
    world: Arc<World>,
    (id, path): (&str, &str),
    head: &Head,
) -> Response<OutBody> {
    match InstanceId::parse(id) {
        Ok(id) => answer(house, world, &id, path, head).await,
        Err(_) => unknown(id),
    }
}

fn unknown(id: &str) -> Response<OutBody> {
    internal::refuse(StatusCode::NOT_FOUND, &format!("there is no instance {id:?}"))
}

/// Answers an instance.
pub(super) async fn answer(
    house: &House,
    world: Arc<World>,
    id: &InstanceId,
    path: &str,
    head: &Head,
) -> Response<OutBody> {
    let asked = Asked { method: &head.method, path, headers: &head.headers };
    let told = match house.instance_metadata.answer(world, id, asked).await {
        Ok(told) => told,
        Err(Unanswered::Unknown) => return unknown(id.as_str()),
        Err(Unanswered::Off(state)) => {
            let sentence = format!("the instance {id} is {state}: nothing asks from it");
            return internal::refuse(StatusCode::CONFLICT, &sentence);
        }
        Err(Unanswered::Failed(cause)) => {
            tracing::error!(instance = %id, cause, "an instance could not be answered");
            return internal::refuse(
                StatusCode::INTERNAL_SERVER_ERROR,
                "it could not be answered; the log says why",
            );
        }
    };
    let header = |(name, value): (&'static str, String)| {
        Some((HeaderName::from_static(name), HeaderValue::from_str(&value).ok()?))
    };
    let answer = Answer {
        status: told.status.as_u16(),
        headers: told.headers.into_iter().filter_map(header).collect(),
        body: Bytes::from(told.body),
    };
    respond(answer, None)
}

#[cfg(test)]
mod tests {
    use super::below;

    #[test]
    fn the_instance_stands_in_the_path() {
        for (path, want) in [
            ("/_angae/instances/i-1/metadata", Some(("i-1", ""))),
            ("/_angae/instances/i-1/metadata/", Some(("i-1", "/"))),
            ("/_angae/instances/i-1/metadata/latest/api/token", Some(("i-1", "/latest/api/token"))),
            ("/_angae/instances/i-1/metadatas", None),
            ("/_angae/instances/i-1/address", None),
            ("/_angae/instances", None),
        ] {
            assert_eq!(below(path), want, "{path}");
        }
    }
}
