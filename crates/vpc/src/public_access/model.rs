//! What the options and the exclusions are, and what they come to for a subnet.

use crate::error::Kind;
use crate::event::Changed;
use crate::id::{PublicAccessExclusionId, SubnetId, VpcId};
use crate::resource::{self, Resource};
use base::{Scope, Tags, Timestamp};
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use store::{Index, Job, JobError, Record, Rows, Tx};

/// What is blocked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Mode {
    /// Nothing.
    #[default]
    Off,
    /// Everything.
    Bidirectional,
    /// Everything but what goes out by NAT gateways and egress-only internet gateways.
    Ingress,
}

impl Mode {
    /// Reads AWS's word.
    pub(super) fn read(word: &str) -> Option<Self> {
        [Self::Off, Self::Bidirectional, Self::Ingress].into_iter().find(|mode| mode.word() == word)
    }

    /// AWS's word.
    fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Bidirectional => "block-bidirectional",
            Self::Ingress => "block-ingress",
        }
    }
}

/// The options of an account in a Region.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Options {
    scope: Scope,
    mode: Mode,
    /// When it was changed; never where it is as it was from the beginning.
    updated_at: Option<Timestamp>,
    is_turning: bool,
}

impl Options {
    /// The options of a scope.
    pub(super) fn of(rows: &impl Rows, scope: &Scope) -> Self {
        let found = rows.row::<Self>(&key(scope)).map(|own| (*own).clone());
        found.unwrap_or_else(|| Self {
            scope: scope.clone(),
            mode: Mode::Off,
            updated_at: None,
            is_turning: false,
        })
    }

    /// Options that were just changed.
    pub(super) fn changed(scope: &Scope, mode: Mode, now: Timestamp) -> Self {
        Self { scope: scope.clone(), mode, updated_at: Some(now), is_turning: true }
    }

    /// What is announced of the change.
    pub(super) fn changed_event(&self) -> Changed {
        let resource = resource::arn(&self.scope, "vpc-block-public-access-options", "default");
        Changed { kind: "VpcBlockPublicAccessOptionsChanged", resource }
    }

    /// As it is answered.
    pub(super) fn shape(&self) -> ec2::VpcBlockPublicAccessOptions {
        let state = match (self.updated_at, self.is_turning) {
            (None, _) => "default-state",
            (Some(_), true) => "update-in-progress",
            (Some(_), false) => "update-complete",
        };
        ec2::VpcBlockPublicAccessOptions {
            aws_account_id: Some(self.scope.account.to_string()),
            aws_region: Some(self.scope.region.to_string()),
            state: Some(state.to_owned()),
            internet_gateway_block_mode: Some(self.mode.word().to_owned()),
            last_update_timestamp: self.updated_at.map(Into::into),
            managed_by: Some("account".to_owned()),
            exclusions_allowed: Some("allowed".to_owned()),
            ..ec2::VpcBlockPublicAccessOptions::default()
        }
    }
}

fn key(scope: &Scope) -> String {
    resource::key(scope, "options")
}

impl Record for Options {
    const TABLE: &'static str = "vpc_block_public_access_options";
    type Key = String;

    fn key(&self) -> String {
        key(&self.scope)
    }
}

/// The end of `update-in-progress`.
#[derive(Serialize, Deserialize)]
pub(crate) struct TurnedOptions {
    pub(super) scope: Scope,
}

impl Job for TurnedOptions {
    const KIND: &'static str = "vpc.block-public-access-turned";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        if let Some(own) = tx.get::<Options>(&key(&self.scope)) {
            tx.put(Options { is_turning: false, ..(*own).clone() });
        }
        Ok(())
    }
}

/// What an exclusion lets pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ExclusionMode {
    /// Everything.
    Bidirectional,
    /// What goes out.
    Egress,
}

impl ExclusionMode {
    /// Reads AWS's word.
    pub(super) fn read(word: &str) -> Option<Self> {
        [Self::Bidirectional, Self::Egress].into_iter().find(|mode| mode.word() == word)
    }

    /// AWS's word.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Bidirectional => "allow-bidirectional",
            Self::Egress => "allow-egress",
        }
    }
}

/// How far an exclusion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ExclusionState {
    Creating,
    Created,
    Updating,
    Updated,
    Deleting,
    Deleted,
}

impl ExclusionState {
    /// AWS's word.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Creating => "create-in-progress",
            Self::Created => "create-complete",
            Self::Updating => "update-in-progress",
            Self::Updated => "update-complete",
            Self::Deleting => "delete-in-progress",
            Self::Deleted => "delete-complete",
        }
    }

    /// Whether it is on its way to another one.
    pub(super) fn is_turning(self) -> bool {
        self.next() != self
    }

    /// What it is on its way to.
    fn next(self) -> Self {
        match self {
            Self::Creating | Self::Created => Self::Created,
            Self::Updating | Self::Updated => Self::Updated,
            Self::Deleting | Self::Deleted => Self::Deleted,
        }
    }

    /// Whether the exclusion excludes anything.
    pub(super) fn counts(self) -> bool {
        match self {
            Self::Creating | Self::Created | Self::Updating | Self::Updated => true,
            Self::Deleting | Self::Deleted => false,
        }
    }
}

/// A VPC or a subnet that is excluded from the block.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Exclusion {
    pub(crate) scope: Scope,
    pub(crate) id: PublicAccessExclusionId,
    /// Of the VPC or the subnet.
    pub(crate) resource: String,
    pub(super) mode: ExclusionMode,
    pub(super) state: ExclusionState,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Option<Timestamp>,
    pub(super) deleted_at: Option<Timestamp>,
    pub(crate) tags: Tags,
}

impl Exclusion {
    /// Those of a VPC or a subnet, by its ARN.
    pub(super) const RESOURCE: Index<Self> =
        Index { name: "resource", keys: |own| vec![own.resource.clone()] };
}

impl Record for Exclusion {
    const TABLE: &'static str = "vpc_block_public_access_exclusion";
    const INDEXES: &'static [Index<Self>] = &[Self::RESOURCE];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for Exclusion {
    const TYPE: &'static str = "vpc-block-public-access-exclusion";
    const PREFIX: &'static str = PublicAccessExclusionId::PREFIX;
    const KIND: Kind = Kind::PublicAccessExclusion;
    const FILTERS: &'static [&'static str] = &["internet-gateway-exclusion-mode", "resource-arn", "state"];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        vec![match name {
            "internet-gateway-exclusion-mode" => self.mode.word().to_owned(),
            "resource-arn" => self.resource.clone(),
            "state" => self.state.word().to_owned(),
            _ => return Vec::new(),
        }]
    }
}

/// The end of what an exclusion is on its way to.
#[derive(Serialize, Deserialize)]
pub(crate) struct TurnedExclusion {
    pub(super) scope: Scope,
    pub(super) id: PublicAccessExclusionId,
}

impl Job for TurnedExclusion {
    const KIND: &'static str = "vpc.block-public-access-exclusion-turned";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        if let Some(own) = tx.get::<Exclusion>(&resource::key(&self.scope, self.id.as_str())) {
            let state = own.state.next();
            if state == ExclusionState::Deleted {
                let forget = ForgetExclusion { scope: self.scope, id: self.id };
                tx.at(tx.now().plus_millis(SHOWN_MILLIS), &forget);
            }
            tx.put(Exclusion { state, ..(*own).clone() });
        }
        Ok(())
    }
}

/// How long an exclusion that has gone is shown, in milliseconds: an hour.
const SHOWN_MILLIS: i64 = 3_600_000;

/// The exclusion is shown no longer.
#[derive(Serialize, Deserialize)]
pub(crate) struct ForgetExclusion {
    scope: Scope,
    id: PublicAccessExclusionId,
}

impl Job for ForgetExclusion {
    const KIND: &'static str = "vpc.block-public-access-exclusion-forget";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        tx.delete::<Exclusion>(&resource::key(&self.scope, self.id.as_str()));
        Ok(())
    }
}

/// What the options and exclusions leave of a subnet's ways to the internet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Access {
    /// All of them.
    #[default]
    Open,
    /// NAT gateways and egress-only internet gateways.
    Outward,
    /// None.
    Shut,
}

impl Access {
    /// AWS's word for the mode that leaves as much.
    pub(crate) fn mode_word(self) -> &'static str {
        match self {
            Self::Open => Mode::Off,
            Self::Outward => Mode::Ingress,
            Self::Shut => Mode::Bidirectional,
        }
        .word()
    }

    fn of(mode: Mode, exclusion: Option<ExclusionMode>) -> Self {
        match (mode, exclusion) {
            (Mode::Off, _) | (_, Some(ExclusionMode::Bidirectional)) => Self::Open,
            (Mode::Ingress, _) | (Mode::Bidirectional, Some(ExclusionMode::Egress)) => Self::Outward,
            (Mode::Bidirectional, None) => Self::Shut,
        }
    }
}

/// What is left to a VPC, or to a subnet of it: a subnet's own exclusion counts before that of its VPC.
pub(crate) fn access(rows: &impl Rows, scope: &Scope, vpc: &VpcId, subnet: Option<&SubnetId>) -> Access {
    let mode = Options::of(rows, scope).mode;
    if mode == Mode::Off {
        return Access::Open;
    }
    let exclusion = |kind: &str, id: &str| {
        let arn = resource::arn(scope, kind, id);
        rows.listed(&Exclusion::RESOURCE, &arn).into_iter().find(|own| own.state.counts()).map(|own| own.mode)
    };
    let own = subnet.and_then(|subnet| exclusion("subnet", subnet.as_str()));
    Access::of(mode, own.or_else(|| exclusion("vpc", vpc.as_str())))
}

/// The same as VPCs and subnets tell it of themselves.
pub(crate) fn states(
    rows: &impl Rows,
    scope: &Scope,
    vpc: &VpcId,
    subnet: Option<&SubnetId>,
) -> ec2::BlockPublicAccessStates {
    let mode = access(rows, scope, vpc, subnet).mode_word().to_owned();
    ec2::BlockPublicAccessStates { internet_gateway_block_mode: Some(mode) }
}

#[cfg(test)]
mod tests {
    use super::{Access, ExclusionMode, Mode};

    /// EC2 API reference, VpcBlockPublicAccessOptions and VpcBlockPublicAccessExclusion.
    #[test]
    fn exclusions_open_what_the_mode_shuts() {
        let (all, out) = (Some(ExclusionMode::Bidirectional), Some(ExclusionMode::Egress));
        for (mode, exclusion, want) in [
            (Mode::Off, None, Access::Open),
            (Mode::Off, out, Access::Open),
            (Mode::Ingress, None, Access::Outward),
            (Mode::Ingress, out, Access::Outward),
            (Mode::Ingress, all, Access::Open),
            (Mode::Bidirectional, None, Access::Shut),
            (Mode::Bidirectional, out, Access::Outward),
            (Mode::Bidirectional, all, Access::Open),
        ] {
            assert_eq!(Access::of(mode, exclusion), want, "{mode:?} {exclusion:?}");
        }
    }
}
