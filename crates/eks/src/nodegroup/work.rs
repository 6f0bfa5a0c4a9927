//! What makes nodes be as node groups want them: instances are launched and ended, and what stands beside them is made, by the
//! public operations of EC2 and IAM, as the roles that AWS has for this.
//!
//! AWS leaves instances to an Auto Scaling group. There is none here, so this loop does what such a group does, as the same
//! role: it spreads nodes over the subnets, replaces those that end or stop, and ends those that are too many.

use super::beside;
use super::health;
use super::model::{Issue, Node, NodeState, Nodegroup, Status, UserTemplate};
use super::plan::{Plan, Wanted, plan};
use super::template;
use super::{NODEGROUPS, SCALING};
use crate::cluster::Cluster;
use crate::event::Changed;
use crate::update::{self, Owner, Problem};
use crate::{Eks, access_entry, key};
use ports::{Cx, Loop, Next, Step, StepError, World};
use shapes_ec2 as ec2;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{EventRow, Record, StoreError, Tx};
use wire::Fault;

/// Values of one filter at the most.
const FILTER_VALUES: usize = 200;

/// The loop.
pub(crate) struct Tend(pub(crate) Arc<Eks>);

impl Loop for Tend {
    fn name(&self) -> &'static str {
        "eks.nodegroups"
    }

    fn wakes(&self, event: &EventRow) -> bool {
        match &*event.service {
            "ec2" => &*event.kind == "InstanceChanged",
            "eks" => event.kind.starts_with("Nodegroup"),
            _ => false,
        }
    }

    fn step(&self, world: Arc<World>) -> Step {
        let svc = self.0.clone();
        Box::pin(async move {
            let all: Vec<Arc<Nodegroup>> = world.store.view().range::<Nodegroup>("").cloned().collect();
            let mut has_more = false;
            for own in all {
                let cx = Cx::of_service(world.clone(), own.scope.clone());
                let keeper = Keeper { cx, svc: &svc, key: own.key(), mark: own.mark.clone() };
                has_more |= keeper.tend().await?;
            }
            Ok(if has_more { Next::Again } else { Next::Wait })
        })
    }
}

/// Who looks after one node group.
pub(super) struct Keeper<'a> {
    pub(super) cx: Cx,
    svc: &'a Eks,
    key: String,
    mark: String,
}

impl Keeper<'_> {
    /// Does what is to be done now; whether there is more.
    async fn tend(&self) -> Result<bool, StepError> {
        let Some(own) = self.row() else { return Ok(false) };
        match own.status {
            Status::CreateFailed | Status::DeleteFailed => Ok(false),
            Status::Deleting => self.dismantle().await,
            Status::Creating | Status::Active | Status::Updating | Status::Degraded => self.keep().await,
        }
    }

    /// The node group as it is now; `None` where it is gone, or another one has its name.
    pub(super) fn row(&self) -> Option<Arc<Nodegroup>> {
        self.cx.read(|view| view.get::<Nodegroup>(&self.key)).filter(|own| own.mark == self.mark)
    }

    fn cluster(&self, own: &Nodegroup) -> Option<Arc<Cluster>> {
        self.cx.read(|view| view.get::<Cluster>(&key::own(&own.scope, &own.cluster)))
    }

    /// Writes down what was seen, before anything follows from it.
    pub(super) async fn change(
        &self,
        change: impl Fn(&mut Tx, &mut Nodegroup),
    ) -> Result<Option<Nodegroup>, StepError> {
        let changed = self.cx.write::<_, StoreError>(|tx| {
            let found = tx.get::<Nodegroup>(&self.key).filter(|own| own.mark == self.mark);
            let Some(before) = found else { return Ok(None) };
            let mut own = (*before).clone();
            change(tx, &mut own);
            if own != *before {
                tx.put(own.clone());
            }
            Ok(Some(own))
        })?;
        self.cx.durable().await?;
        Ok(changed)
    }

    /// Brings nodes nearer to what is wanted of them.
    async fn keep(&self) -> Result<bool, StepError> {
        let Some(own) = self.row() else { return Ok(false) };
        let Some(cluster) = self.cluster(&own) else { return Ok(false) };
        let issues = match beside::prepare(self, &own, &cluster).await? {
            Err(issue) => vec![issue],
            Ok(()) => match self.look().await? {
                Err(fault) => vec![health::of_beside(&own, &own.scaling_group(), &fault)],
                Ok(()) => self.match_nodes().await?,
            },
        };
        self.settle(&cluster, issues).await
    }

    /// Looks at the instances, and writes down how they are.
    async fn look(&self) -> Result<Result<(), Fault>, StepError> {
        let Some(own) = self.row() else { return Ok(Ok(())) };
        let known: Vec<String> = own.nodes.iter().filter_map(|node| node.instance.clone()).collect();
        // An instance may have been made before a crash, and not been written down.
        let waiting = own.nodes.iter().filter(|node| node.instance.is_none());
        let waiting: Vec<String> = waiting.map(|node| node.token.clone()).collect();
        let mut seen = Vec::new();
        for (filter, values) in [("instance-id", known), ("client-token", waiting)] {
            for values in values.chunks(FILTER_VALUES) {
                match self.instances(filter, values).await {
                    Ok(found) => seen.extend(found),
                    Err(fault) => return Ok(Err(fault)),
                }
            }
        }
        let by_token = |token: &str| seen.iter().find(|own| own.client_token.as_deref() == Some(token));
        self.change(|_, own| {
            for node in &mut own.nodes {
                let Some(instance) = by_token(&node.token) else {
                    // One that is no longer told of has ended long ago.
                    if node.instance.is_some() {
                        node.state = NodeState::Gone;
                    }
                    continue;
                };
                node.instance.clone_from(&instance.instance_id);
                let state = instance.state.as_ref().and_then(|state| state.name.as_deref());
                node.state = match (state, node.state) {
                    (Some("terminated"), _) => NodeState::Gone,
                    (_, NodeState::Leaving) => NodeState::Leaving,
                    (Some("running"), _) => NodeState::Running,
                    (Some("pending"), _) => NodeState::Starting,
                    // One that stops is unhealthy to an Auto Scaling group, and is replaced.
                    _ => NodeState::Leaving,
                };
            }
            own.nodes.retain(|node| node.state != NodeState::Gone);
        })
        .await?;
        Ok(Ok(()))
    }

    async fn instances(&self, filter: &str, values: &[String]) -> Result<Vec<ec2::Instance>, Fault> {
        if values.is_empty() {
            return Ok(Vec::new());
        }
        let filter = ec2::Filter { name: Some(filter.to_owned()), values: Some(values.to_vec()) };
        let asked = ec2::DescribeInstancesRequest { filters: Some(vec![filter]), ..Default::default() };
        let answer = self.cx.as_service(SCALING).call::<ec2::DescribeInstances>(asked).await?;
        let all = answer.reservations.into_iter().flatten();
        Ok(all.flat_map(|reservation| reservation.instances.into_iter().flatten()).collect())
    }

    /// Launches and ends nodes as planned; what was refused.
    async fn match_nodes(&self) -> Result<Vec<Issue>, StepError> {
        let Some(own) = self.row() else { return Ok(Vec::new()) };
        let subnets = self.subnets(&own)?;
        if own.status == Status::Creating
            && let Some(issue) = beside::require_public_addresses(self, &own, &subnets).await?
        {
            return Ok(vec![issue]);
        }
        let mut zones: Vec<(String, String)> =
            subnets.into_iter().map(|(id, (zone, _))| (id, zone)).collect();
        let all_zones = zones.clone();
        let mut issues = BTreeSet::new();
        loop {
            let Some(own) = self.plan(&zones).await? else { return Ok(Vec::new()) };
            let mut full = BTreeSet::new();
            let mut is_hopeless = false;
            for node in own.nodes.iter().filter(|node| node.instance.is_none()) {
                if full.contains(&node.subnet) || is_hopeless {
                    self.give_up(&node.token).await?;
                    continue;
                }
                if let Some(fault) = self.launch(&own, node).await? {
                    let issue = health::of_launch(&own, &node.subnet, &fault);
                    is_hopeless = !health::is_of_subnet(&fault);
                    full.insert(node.subnet.clone());
                    issues.insert(issue);
                }
            }
            zones.retain(|(subnet, _)| !full.contains(subnet));
            if full.is_empty() || is_hopeless || zones.is_empty() {
                break;
            }
        }
        // What another subnet had room for is no trouble.
        let wants_more =
            self.row().and_then(|own| planned(&own, &all_zones)).is_some_and(|plan| !plan.launch.is_empty());
        if !wants_more {
            issues.clear();
        }
        issues.extend(self.end_leaving().await?);
        Ok(issues.into_iter().collect())
    }

    /// The zones of the subnets, and whether they lead to the internet.
    fn subnets(&self, own: &Nodegroup) -> Result<Vec<(String, (String, bool))>, StoreError> {
        self.cx.write(|tx| {
            let one = |id: &String| {
                let found = self.svc.networks.subnet(tx, &own.scope, id);
                let facts = found.map(|subnet| (subnet.zone.name, subnet.is_public));
                (id.clone(), facts.unwrap_or_default())
            };
            Ok(own.subnets.iter().map(one).collect())
        })
    }

    /// Writes down which nodes are to come and which to go.
    async fn plan(&self, zones: &[(String, String)]) -> Result<Option<Nodegroup>, StepError> {
        self.change(|_, own| {
            let Some(Plan { launch, end }) = planned(own, zones) else { return };
            let (rollout, release) = own.target();
            let template_version = release.own_version.unwrap_or_default();
            for node in own.nodes.iter_mut().filter(|node| end.contains(&node.token)) {
                node.state = NodeState::Leaving;
            }
            own.nodes.extend(launch.into_iter().map(|subnet| Node {
                token: self.cx.ids().uuid(),
                subnet,
                choice: 0,
                rollout,
                template_version,
                instance: None,
                state: NodeState::Starting,
            }));
        })
        .await
    }

    /// Gives a node its instance; why not.
    async fn launch(&self, own: &Nodegroup, node: &Node) -> Result<Option<Fault>, StepError> {
        let types = own.instance_types.as_deref().unwrap_or_default();
        let mut choice = node.choice;
        loop {
            let request = match self.request(own, node, types.get(choice)).await {
                Ok(request) => request,
                Err(fault) => {
                    self.give_up(&node.token).await?;
                    return Ok(Some(fault));
                }
            };
            let answer = self.cx.as_service(SCALING).call::<ec2::RunInstances>(request).await;
            match answer {
                Ok(made) => {
                    let made = made.instances.into_iter().flatten().next().and_then(|own| own.instance_id);
                    self.node(&node.token, |node| node.instance.clone_from(&made)).await?;
                    return Ok(None);
                }
                Err(fault) if health::is_of_type(&fault) && choice + 1 < types.len() => {
                    choice += 1;
                    // Before it is tried: after a crash the same is asked for again.
                    self.node(&node.token, |node| node.choice = choice).await?;
                }
                Err(fault) => {
                    self.give_up(&node.token).await?;
                    return Ok(Some(fault));
                }
            }
        }
    }

    async fn request(
        &self,
        own: &Nodegroup,
        node: &Node,
        kind: Option<&String>,
    ) -> Result<ec2::RunInstancesRequest, Fault> {
        let version = node.template_version.to_string();
        let template = own.beside.template.clone();
        let mut request = ec2::RunInstancesRequest {
            client_token: Some(node.token.clone()),
            min_count: Some(1),
            max_count: Some(1),
            instance_type: kind.cloned(),
            subnet_id: Some(node.subnet.clone()),
            launch_template: Some(ec2::LaunchTemplateSpecification {
                launch_template_id: template.clone(),
                version: Some(version.clone()),
                ..Default::default()
            }),
            tag_specifications: Some(vec![tags(own)]),
            ..Default::default()
        };
        if own.capacity_type == "SPOT" {
            request.instance_market_options = Some(ec2::InstanceMarketOptionsRequest {
                market_type: Some("spot".to_owned()),
                ..Default::default()
            });
        }
        let has_template = own.target().1.template.is_some() || own.release.template.is_some();
        if let Some(id) = template.filter(|_| has_template) {
            let found = self.user_content(&UserTemplate { id, name: String::new(), version }).await?;
            if let Some(cards) = template::cards_in(&found, &node.subnet) {
                request.network_interfaces = Some(cards);
                request.subnet_id = None;
            }
        }
        Ok(request)
    }

    /// What a version of a launch template says.
    pub(super) async fn user_content(
        &self,
        named: &UserTemplate,
    ) -> Result<ec2::ResponseLaunchTemplateData, Fault> {
        let asked = ec2::DescribeLaunchTemplateVersionsRequest {
            launch_template_id: Some(named.id.clone()),
            versions: Some(vec![named.version.clone()]),
            ..Default::default()
        };
        let service = self.cx.as_service(NODEGROUPS);
        let answer = service.call::<ec2::DescribeLaunchTemplateVersions>(asked).await?;
        let found = answer.launch_template_versions.into_iter().flatten().next();
        Ok(found.and_then(|version| version.launch_template_data).unwrap_or_default())
    }

    /// Changes one node.
    async fn node(&self, token: &str, change: impl Fn(&mut Node)) -> Result<(), StepError> {
        self.change(|_, own| own.nodes.iter_mut().filter(|node| node.token == token).for_each(&change))
            .await?;
        Ok(())
    }

    /// There is no instance for a node.
    async fn give_up(&self, token: &str) -> Result<(), StepError> {
        self.change(|_, own| own.nodes.retain(|node| node.token != token || node.instance.is_some())).await?;
        Ok(())
    }

    /// Ends the instances of nodes that leave; what could not be ended.
    async fn end_leaving(&self) -> Result<Vec<Issue>, StepError> {
        let Some(own) = self.row() else { return Ok(Vec::new()) };
        let leaving = own.nodes.iter().filter(|node| node.state == NodeState::Leaving);
        let mut issues = Vec::new();
        for id in leaving.filter_map(|node| node.instance.as_ref()) {
            if let Err(fault) = self.end(id).await {
                issues.push(health::stays(id, &fault));
            }
        }
        // A place that never got an instance is simply free again.
        self.change(|_, own| {
            own.nodes.retain(|node| node.state != NodeState::Leaving || node.instance.is_some());
        })
        .await?;
        Ok(issues)
    }

    /// Ends an instance. Protection from being terminated does not hold against an Auto Scaling group.
    /// Source: EC2 Auto Scaling user guide, "Instance scale-in protection".
    async fn end(&self, id: &str) -> Result<(), Fault> {
        let service = self.cx.as_service(SCALING);
        let asked =
            ec2::TerminateInstancesRequest { instance_ids: Some(vec![id.to_owned()]), ..Default::default() };
        let first = service.call::<ec2::TerminateInstances>(asked.clone()).await;
        let Err(fault) = first else { return Ok(()) };
        match &*fault.code {
            "InvalidInstanceID.NotFound" => Ok(()),
            "OperationNotPermitted" => {
                let off = ec2::AttributeBooleanValue { value: Some(false) };
                let asked_off = ec2::ModifyInstanceAttributeRequest {
                    instance_id: Some(id.to_owned()),
                    disable_api_termination: Some(off),
                    ..Default::default()
                };
                service.call::<ec2::ModifyInstanceAttribute>(asked_off).await?;
                service.call::<ec2::TerminateInstances>(asked).await.map(|_| ())
            }
            _ => Err(fault),
        }
    }

    /// What follows for the group from what was seen; whether there is more to do at once.
    async fn settle(&self, cluster: &Cluster, issues: Vec<Issue>) -> Result<bool, StepError> {
        let before = self.row().map(|own| own.status);
        let after = self
            .change(|tx, own| {
                own.issues.clone_from(&issues);
                let is_whole = own.is_whole();
                let status = match own.status {
                    Status::Creating if !issues.is_empty() => Status::CreateFailed,
                    Status::Creating if is_whole => Status::Active,
                    Status::Updating if own.next.is_some() && !issues.is_empty() => {
                        let problems = issues.iter().map(Problem::of).collect();
                        update::fail(tx, cluster, &Owner::Nodegroup(own.name.clone()), problems);
                        // The nodes of the release that could not be had go again.
                        own.next = None;
                        own.modified_at = tx.now();
                        own.issues.clear();
                        Status::Active
                    }
                    Status::Updating if own.next.is_some() && is_whole => {
                        if let Some((number, release)) = own.next.take() {
                            (own.rollout, own.release) = (number, release);
                        }
                        own.modified_at = tx.now();
                        update::succeed(tx, cluster, &Owner::Nodegroup(own.name.clone()));
                        Status::Active
                    }
                    Status::Active | Status::Degraded if issues.is_empty() => Status::Active,
                    Status::Active | Status::Degraded => Status::Degraded,
                    other => other,
                };
                if status != own.status {
                    own.status = status;
                    tx.emit(&Changed { kind: "NodegroupChanged", resource: own.arn() });
                }
            })
            .await?;
        Ok(after.is_some_and(|own| Some(own.status) != before && own.status != Status::CreateFailed))
    }

    /// Takes away everything that was made for the group, and then the group.
    async fn dismantle(&self) -> Result<bool, StepError> {
        if self.look().await?.is_err() {
            return Ok(false);
        }
        self.change(|_, own| {
            own.nodes.retain(|node| node.instance.is_some());
            own.nodes.iter_mut().for_each(|node| node.state = NodeState::Leaving);
        })
        .await?;
        let issues = self.end_leaving().await?;
        let Some(own) = self.row() else { return Ok(false) };
        if !own.nodes.is_empty() && issues.is_empty() {
            return Ok(false);
        }
        let outcome = if issues.is_empty() { beside::remove(self, &own).await? } else { Err(issues) };
        match outcome {
            Ok(()) => self.forget(&own).await?,
            Err(issues) => {
                self.change(|tx, own| {
                    own.status = Status::DeleteFailed;
                    own.issues.clone_from(&issues);
                    tx.emit(&Changed { kind: "NodegroupChanged", resource: own.arn() });
                })
                .await?;
            }
        }
        Ok(false)
    }

    /// The group is gone.
    async fn forget(&self, own: &Nodegroup) -> Result<(), StepError> {
        self.cx.write::<_, StoreError>(|tx| {
            tx.delete::<Nodegroup>(&self.key);
            if let Some(cluster) = tx.get::<Cluster>(&key::own(&own.scope, &own.cluster)) {
                update::forget(tx, &cluster, Some(&Owner::Nodegroup(own.name.clone())));
                let others = super::model::all(tx, &cluster);
                if !others.iter().any(|other| other.role == own.role) {
                    access_entry::forget_nodes(tx, &cluster, &own.role);
                }
            }
            tx.emit(&Changed { kind: "NodegroupDeleted", resource: own.arn() });
            Ok(())
        })?;
        self.cx.durable().await?;
        Ok(())
    }
}

/// What is to be done with the nodes of a group; nothing before its launch template is made.
fn planned(own: &Nodegroup, zones: &[(String, String)]) -> Option<Plan> {
    let (rollout, release) = own.target();
    release.own_version?;
    let (count, update) = (own.wish.scaling_config.count(), &own.wish.update_config);
    let wanted = Wanted {
        count,
        rollout,
        subnets: zones,
        max_unavailable: update.unavailable(count),
        is_minimal: update.is_minimal(),
    };
    Some(plan(&own.nodes, &wanted))
}

/// The tags that the Auto Scaling group of a node group gives its instances.
fn tags(own: &Nodegroup) -> ec2::TagSpecification {
    let mut all: BTreeMap<String, String> = own.own_tags();
    let cluster = &own.cluster;
    all.extend([
        ("aws:autoscaling:groupName".to_owned(), own.scaling_group()),
        ("aws:eks:cluster-name".to_owned(), cluster.clone()),
        ("k8s.io/cluster-autoscaler/enabled".to_owned(), "true".to_owned()),
        (format!("k8s.io/cluster-autoscaler/{cluster}"), "owned".to_owned()),
        (format!("kubernetes.io/cluster/{cluster}"), "owned".to_owned()),
    ]);
    let tag = |(key, value)| ec2::Tag { key: Some(key), value: Some(value) };
    let tags = Some(all.into_iter().map(tag).collect());
    ec2::TagSpecification { resource_type: Some("instance".to_owned()), tags }
}
