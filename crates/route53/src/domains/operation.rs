//! Operations: what a registrar does takes its time, and can be asked for.

use super::domain::Domain;
use crate::error::DomainsError as Error;
use crate::event::Changed;
use crate::home::home;
use base::Timestamp;
use ports::Cx;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Index, Job, JobError, Record, Rows, Tx};

/// Milliseconds a registry takes, about; and until it begins.
pub(super) const REGISTRY_MILLIS: u32 = 120_000;
const SUBMITTED_MILLIS: u32 = 5_000;

/// How far an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum State {
    Submitted,
    InProgress,
    Successful,
    Failed,
}

/// An operation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Operation {
    pub(super) id: String,
    pub(super) home: String,
    pub(super) domain: String,
    /// `REGISTER_DOMAIN`.
    pub(super) kind: String,
    pub(super) state: State,
    pub(super) message: Option<String>,
    /// What it waits for.
    pub(super) flag: Option<String>,
    pub(super) submitted_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

impl Record for Operation {
    const TABLE: &'static str = "route53_domain_operation";
    const INDEXES: &'static [Index<Self>] = &[Self::OWNER];
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }
}

impl Operation {
    pub(super) const OWNER: Index<Self> = Index { name: "owner", keys: |own| vec![own.home.clone()] };

    /// Whether it has not come to its end.
    pub(super) fn is_running(&self) -> bool {
        matches!(self.state, State::Submitted | State::InProgress)
    }

    /// The one of a kind that runs for a domain of a home.
    pub(super) fn running(rows: &impl Rows, home: &str, domain: &str, kind: &str) -> Option<Arc<Self>> {
        let all = rows.listed(&Self::OWNER, home);
        all.into_iter().find(|own| own.domain == domain && own.kind == kind && own.is_running())
    }

    pub(super) fn status(&self) -> &'static str {
        match self.state {
            State::Submitted => "SUBMITTED",
            State::InProgress => "IN_PROGRESS",
            State::Successful => "SUCCESSFUL",
            State::Failed => "FAILED",
        }
    }
}

/// Begins an operation; what ends it is the caller's to say. One that does the same with the domain already is told of.
pub(super) fn begin(
    tx: &mut Tx,
    cx: &Cx,
    id: &str,
    (domain, kind): (&str, &str),
) -> Result<Operation, Error> {
    if let Some(other) = Operation::running(tx, &home(cx), domain, kind) {
        return Err(Error::Duplicate(other.id.clone()));
    }
    let operation = Operation {
        id: id.to_owned(),
        home: home(cx),
        domain: domain.to_owned(),
        kind: kind.to_owned(),
        state: State::Submitted,
        message: None,
        flag: None,
        submitted_at: cx.now(),
        updated_at: cx.now(),
    };
    tx.put(operation.clone());
    tx.after(SUBMITTED_MILLIS, Progress { id: id.to_owned() });
    Ok(operation)
}

/// The registry has begun with it.
#[derive(Serialize, Deserialize)]
pub(super) struct Progress {
    id: String,
}

impl Job for Progress {
    const KIND: &'static str = "route53_domains.progress";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        if let Some(own) = tx.get::<Operation>(&self.id).filter(|own| own.state == State::Submitted) {
            tx.put(Operation { state: State::InProgress, updated_at: tx.now(), ..(*own).clone() });
        }
        Ok(())
    }
}

/// Writes a changed domain, and the operation by which it changed.
pub(super) fn changed(
    tx: &mut Tx,
    cx: &Cx,
    id: &str,
    kind: &'static str,
    domain: Domain,
) -> Result<String, Error> {
    let operation = begin(tx, cx, id, (&domain.name, kind))?;
    tx.emit(&Changed { kind: "DomainChanged", resource: domain.name.clone() });
    tx.put(Domain { updated_at: cx.now(), ..domain });
    tx.after(REGISTRY_MILLIS, Settle { id: operation.id.clone() });
    Ok(operation.id)
}

/// Ends an operation that waits for somebody.
pub(super) fn end(tx: &mut Tx, id: &str, state: State, message: Option<&str>) {
    if let Some(found) = tx.get::<Operation>(id) {
        let (message, updated_at) = (message.map(str::to_owned), tx.now());
        tx.put(Operation { state, message, updated_at, flag: None, ..(*found).clone() });
    }
}

/// The registry has done it.
#[derive(Serialize, Deserialize)]
pub(super) struct Settle {
    pub(super) id: String,
}

impl Job for Settle {
    const KIND: &'static str = "route53_domains.operation";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        if tx.get::<Operation>(&self.id).is_some_and(|own| own.is_running()) {
            end(tx, &self.id, State::Successful, None);
        }
        Ok(())
    }
}
