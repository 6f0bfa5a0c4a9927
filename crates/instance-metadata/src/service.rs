//! One request: whether it is answered, and with what.
//!
//! Source: EC2 user guide, "Use the Instance Metadata Service to access instance metadata".

use crate::InstanceMetadata;
use crate::answer::{Answer, TTL};
use crate::credentials::{self, Delivery};
use crate::folder::{Found, Leaf, VERSIONS};
use crate::{identity, meta_data, token};
use base::{Scope, Timestamp};
use ec2_resource::id::InstanceId;
use ec2_resource::metadata::{Machine, Whereabouts};
use ec2_resource::neighbour::InstanceState;
use http::{HeaderMap, Method, StatusCode};
use percent_encoding::percent_decode_str;
use ports::{Caller, CallerKind, Cx, Request, World};
use std::sync::Arc;
use wire::Head;

/// Who hands out roles: what their trust policies name.
const SERVICE: &str = "ec2.amazonaws.com";
const TOKEN: &str = "x-aws-ec2-metadata-token";

/// A request of an instance.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The method.
    pub method: &'a Method,
    /// The path, still percent-encoded, from the version on.
    pub path: &'a str,
    /// The headers.
    pub headers: &'a HeaderMap,
}

/// Why nobody answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// There is no such instance.
    Unknown,
    /// It does not run: its state.
    Off(&'static str),
    /// Something inside went wrong; the text is for the log.
    Failed(String),
}

/// The context of what EC2 does for an instance.
pub(crate) fn cx(world: Arc<World>, scope: Scope) -> Cx {
    let caller = Caller {
        account: scope.account,
        access_key_id: None,
        kind: CallerKind::Service(SERVICE),
        session: None,
    };
    let request = Request {
        scope,
        caller,
        now: world.clock.now(),
        id: world.ids.uuid(),
        peer: None,
        head: Arc::new(Head::new(Method::GET, "/")),
    };
    Cx::new(world, request)
}

impl InstanceMetadata {
    /// Answers an instance.
    ///
    /// # Errors
    /// No such instance runs, or something inside went wrong.
    pub async fn answer(
        &self,
        world: Arc<World>,
        id: &InstanceId,
        asked: Asked<'_>,
    ) -> Result<Answer, Unanswered> {
        let found = self.machines.machine(&world.store.view(), id);
        let machine = found.ok_or(Unanswered::Unknown)?;
        match machine.state {
            InstanceState::Stopped | InstanceState::Terminated => {
                return Err(Unanswered::Off(machine.state.word()));
            }
            // What shuts down still asks.
            InstanceState::Pending
            | InstanceState::Running
            | InstanceState::ShuttingDown
            | InstanceState::Stopping => {}
        }
        let cx = cx(world, machine.scope.clone());
        let call = Call { svc: self, cx: &cx, id, machine: &machine, asked };
        let answer = call.respond().map_err(Unanswered::Failed)?;
        cx.durable().await.map_err(|error| Unanswered::Failed(error.to_string()))?;
        Ok(answer)
    }

    /// Where the instances of a world are.
    pub fn instances(&self, world: &World) -> Vec<Whereabouts> {
        self.machines.machines(&world.store.view())
    }

    /// How many hops an answer to this instance may go; `None` where there is no such instance or it has ended.
    pub fn hop_limit(&self, world: &World, id: &InstanceId) -> Option<u32> {
        let machine = self.machines.machine(&world.store.view(), id)?;
        if machine.state == InstanceState::Terminated {
            return None;
        }
        Some(u32::try_from(machine.access.hop_limit).unwrap_or(1).clamp(1, 64))
    }
}

struct Call<'c> {
    svc: &'c InstanceMetadata,
    cx: &'c Cx,
    id: &'c InstanceId,
    machine: &'c Machine,
    asked: Asked<'c>,
}

impl Call<'_> {
    fn respond(&self) -> Result<Answer, String> {
        if !self.machine.access.is_on {
            return Ok(Answer::refused(StatusCode::FORBIDDEN));
        }
        let path = names(self.asked.path);
        let is_token = path.len() == 3 && path[1..] == ["api", "token"] && is_version(&path[0]);
        match (self.asked.method, is_token) {
            (&Method::PUT, true) => self.token(),
            (_, true) => Ok(Answer::not_allowed("OPTIONS, PUT")),
            (&Method::GET | &Method::HEAD, false) => self.read(&path),
            (_, false) => Ok(Answer::not_allowed("OPTIONS, GET, HEAD")),
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.asked.headers.get(name).map(|value| value.to_str().unwrap_or_default())
    }

    /// A token. What came through a proxy gets none.
    fn token(&self) -> Result<Answer, String> {
        if self.asked.headers.contains_key("x-forwarded-for") {
            return Ok(Answer::refused(StatusCode::FORBIDDEN));
        }
        let seconds = self.header(TTL).and_then(|text| text.parse::<i64>().ok());
        let Some(seconds) = seconds.filter(|seconds| (1..=token::MOST_SECONDS).contains(seconds)) else {
            return Ok(Answer::refused(StatusCode::BAD_REQUEST));
        };
        let sealed = token::seal(self.cx, self.id, seconds).map_err(|error| error.to_string())?;
        let sealed = sealed.ok_or("the token cannot be sealed")?;
        Ok(Answer::text(sealed).with_ttl(seconds))
    }

    /// What a path holds, once it is clear that the caller may know. A token that is shown has to be good, also where
    /// none is asked for.
    fn read(&self, path: &[String]) -> Result<Answer, String> {
        let left = self.header(TOKEN).map(|token| token::open(self.cx, self.id, token));
        let (delivery, left) = match left {
            None if self.machine.access.requires_token => {
                return Ok(Answer::refused(StatusCode::UNAUTHORIZED));
            }
            None => (Delivery::One, None),
            Some(None) => return Ok(Answer::refused(StatusCode::UNAUTHORIZED)),
            Some(Some(seconds)) => (Delivery::Two, Some(seconds)),
        };
        let answer = self.find(path, delivery)?;
        Ok(match left {
            Some(seconds) => answer.with_ttl(seconds),
            None => answer,
        })
    }

    fn find(&self, path: &[String], delivery: Delivery) -> Result<Answer, String> {
        let started = self.machine.described.launch_time.map(Timestamp::from).unwrap_or_default();
        let Some((version, rest)) = path.split_first() else {
            return Ok(Answer::text(meta_data::versions()));
        };
        if !is_version(version) {
            return Ok(Answer::refused(StatusCode::NOT_FOUND));
        }
        let root = self.cx.read(|view| meta_data::of(self.svc, self.cx, view, self.machine));
        let answer = match root.find(version, rest) {
            None => return Ok(Answer::refused(StatusCode::NOT_FOUND)),
            Some(Found::Folder(_)) if rest.is_empty() => Answer::text(meta_data::top(&root, version)),
            Some(Found::Folder(folder)) => Answer::text(folder.listing(version)),
            Some(Found::Leaf(leaf)) => self.tell(leaf, delivery)?,
        };
        Ok(answer.since(started))
    }

    fn tell(&self, leaf: &Leaf, delivery: Delivery) -> Result<Answer, String> {
        let text = match leaf {
            Leaf::Bytes(bytes) => return Ok(Answer::bytes(bytes.clone())),
            Leaf::Text(text) => text.clone(),
            Leaf::Role(role) => {
                credentials::of_role(self.svc, self.cx, (self.id, self.machine), role, delivery)?
            }
            Leaf::Identity => credentials::of_identity(self.svc, self.cx, self.id)?,
            Leaf::Document => identity::document(self.machine),
            Leaf::Signature => identity::signature(self.cx, self.machine)?,
            Leaf::Pkcs7 => identity::signed(self.cx, self.machine)?,
        };
        Ok(Answer::text(text))
    }
}

fn is_version(text: &str) -> bool {
    VERSIONS.contains(&text)
}

/// The names of a path. Slashes at its end and doubled ones say nothing.
fn names(path: &str) -> Vec<String> {
    let path = path.split('?').next().unwrap_or_default();
    path.split('/')
        .filter(|name| !name.is_empty())
        .map(|name| percent_decode_str(name).decode_utf8_lossy().into_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn slashes_at_the_end_say_nothing() {
        for path in ["/latest/meta-data", "/latest/meta-data/", "latest//meta-data?x=1"] {
            assert_eq!(names(path), ["latest", "meta-data"], "{path}");
        }
        assert_eq!(names("/latest/tags/a%3Ab"), ["latest", "tags", "a:b"]);
        assert_eq!(names("/"), [""; 0]);
    }
}
