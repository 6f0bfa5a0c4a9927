//! What resources of EKS bring to decisions about calls: their true ARNs, their tags, and what conditions name.
//!
//! Requests name add-ons, access entries and others without the end of their ARNs.

use crate::Eks;
use crate::access_entry::AccessEntry;
use crate::tag::Tagged;
use base::{AccountId, Arn, Region, Scope};
use ports::{Cx, ResourceFacts, Resources};
use shapes_eks as api;

impl Resources for Eks {
    fn services(&self) -> &'static [&'static str] {
        &["eks"]
    }

    fn have_policies(&self) -> bool {
        false
    }

    fn true_arn(&self, cx: &Cx, arn: &str) -> Option<String> {
        let scope = scope_of(arn)?;
        let tagged = cx.read(|view| Tagged::find(view, &scope, arn))?;
        Some(tagged.arn()).filter(|own| own != arn)
    }

    fn look_up(&self, cx: &Cx, _action: &str, arn: &str) -> Option<ResourceFacts> {
        let scope = scope_of(arn)?;
        let mut tagged = cx.read(|view| Tagged::find(view, &scope, arn))?;
        let mut facts = ResourceFacts::of(scope.account);
        let tags = tagged.tags_mut();
        facts.tags = tags.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        if let Tagged::AccessEntry(entry) = &tagged {
            facts.keys.push(("eks:principalArn".to_owned(), vec![AccessEntry::principal(entry).to_owned()]));
        }
        Some(facts)
    }
}

/// Condition keys with their values.
type Keys = Vec<(&'static str, Vec<String>)>;

/// What CreateCluster brings beside what the authorization table takes out of its members: which types of logs are on or off,
/// and which components are set at all. Source: Service Authorization Reference, "Condition keys for Amazon Elastic Kubernetes
/// Service".
pub(crate) fn keys_of_new(_cx: &Cx, _svc: &Eks, input: &api::CreateClusterRequest) -> Keys {
    let components = [
        input.kube_api_server_config.is_some(),
        input.kube_controller_manager_config.is_some(),
        input.kube_scheduler_config.is_some(),
    ];
    keys(input.logging.as_ref(), components)
}

/// The same of UpdateClusterConfig.
pub(crate) fn keys_of_change(_cx: &Cx, _svc: &Eks, input: &api::UpdateClusterConfigRequest) -> Keys {
    let components = [
        input.kube_api_server_config.is_some(),
        input.kube_controller_manager_config.is_some(),
        input.kube_scheduler_config.is_some(),
    ];
    keys(input.logging.as_ref(), components)
}

fn keys(logging: Option<&api::Logging>, components: [bool; 3]) -> Keys {
    let names = ["eks:kubeApiServerConfig", "eks:kubeControllerManagerConfig", "eks:kubeSchedulerConfig"];
    let components = names.into_iter().zip(components).map(|(name, is_set)| (name, vec![is_set.to_string()]));
    let logging = logging.and_then(|logging| logging.cluster_logging.as_deref()).unwrap_or_default();
    let logs = logging.iter().flat_map(|setup| {
        let enabled = vec![(setup.enabled == Some(true)).to_string()];
        let types = setup.types.iter().flatten().filter_map(|kind| log_key(kind));
        types.map(move |key| (key, enabled.clone()))
    });
    components.chain(logs).collect()
}

fn log_key(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "api" => "eks:loggingType/api",
        "audit" => "eks:loggingType/audit",
        "authenticator" => "eks:loggingType/authenticator",
        "controllerManager" => "eks:loggingType/controllerManager",
        "scheduler" => "eks:loggingType/scheduler",
        _ => return None,
    })
}

fn scope_of(arn: &str) -> Option<Scope> {
    let parsed: Arn = arn.parse().ok()?;
    let account: AccountId = parsed.account.parse().ok()?;
    Some(Scope::new(account, Region::parse(&parsed.region)?))
}
