//! What the operations of route53resolver refuse, in AWS's words. Sentences that begin `[RSLVR-…]` or are moto's were seen
//! of AWS, but for those that the README names.

use ports::{DENY_ID, Denied};
use store::StoreError;
use wire::{AwsError, Fault, receiver, sender};

/// Everything the operations of route53resolver refuse.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Error {
    /// No endpoint of that id.
    NoEndpoint(String),
    /// No rule of that id.
    NoRule(String),
    /// No association of that id.
    NoRuleAssociation(String),
    /// The rule is not associated with the VPC.
    NotAssociated {
        /// The rule's id.
        rule: String,
        /// The VPC's id.
        vpc: String,
    },
    /// No query logging configuration of that id.
    NoQueryLog(String),
    /// No such association of a query logging configuration.
    NoQueryLogAssociation(String),
    /// Nothing of DNS Firewall of that id.
    NoFirewall {
        /// The id.
        id: String,
        /// The request's trace.
        trace: String,
    },
    /// There are no Outposts.
    NoOutpost(String),
    /// Nothing of that ARN.
    NoResource(String),
    /// The text is no ARN of such a resource.
    BadArn,
    /// Every VPC's own rule is AWS's.
    AutoDefined,
    /// The rule is on its way to another state.
    RuleUpdating,
    /// What a request names is on its way to another state.
    Unavailable,
    /// More at once than a request may carry.
    TooMuch,
    /// What is about to go cannot be changed, nor go again.
    Leaving,
    /// The same of an endpoint.
    LeavingEndpoint,
    /// A list of AWS's is neither read nor changed.
    Managed,
    /// Policies do not let the caller see VPCs.
    NoSight {
        /// The id of the decision.
        decision: String,
        /// The request's trace.
        trace: String,
    },
    /// Policies do not let the caller read what a request names.
    Denied(Denied),
    /// Nothing of that ARN has a policy.
    UnknownResource(String),
    /// No such subnet.
    NoSubnet(String),
    /// No such VPC.
    NoVpc(String),
    /// No such security group.
    NoGroup(String),
    /// No id of a security group.
    BadGroup(String),
    /// Ten groups at the most.
    TooManyGroups,
    /// An endpoint has two addresses.
    FewAddresses,
    /// An endpoint has six addresses at the most.
    ManyAddresses,
    /// The address is not the subnet's, or AWS's own.
    AddressOutside {
        /// The address.
        address: String,
        /// The subnet's id.
        subnet: String,
    },
    /// The address is taken.
    AddressTaken {
        /// The address.
        address: String,
        /// The subnet's id.
        subnet: String,
    },
    /// All addresses are in one VPC.
    OtherVpc,
    /// No address is free.
    SubnetFull(String),
    /// An address is named by its id, or by subnet and address.
    WhichAddress,
    /// The endpoint has no such address.
    NoAddress(String),
    /// The creator request id is another endpoint's.
    EndpointExists(String),
    /// The creator request id is another rule's.
    RuleExists(String),
    /// The creator request id is another query logging configuration's.
    QueryLogExists(String),
    /// Rules lead through the endpoint.
    EndpointInUse(String),
    /// VPCs have the rule.
    RuleInUse,
    /// Rules lead through outbound endpoints.
    NotOutbound,
    /// The endpoint speaks several protocols, and a target does not say which.
    WhichProtocol,
    /// Not a protocol that questions go out by.
    NotOutboundProtocol,
    /// Questions would come back into the VPC that they went out of.
    OwnTarget {
        /// The rule's id.
        rule: String,
        /// The VPC's id.
        vpc: String,
    },
    /// Only AWS makes recursive rules.
    Recursive,
    /// A system rule leads nowhere.
    SystemTargets,
    /// A forwarding rule leads somewhere.
    ForwardTargets,
    /// No address of a target.
    BadTarget(String),
    /// The VPC has a rule for the domain.
    SameDomain(String),
    /// The rule is associated with the VPC.
    AlreadyAssociated,
    /// No domain name.
    BadDomain(String),
    /// No destination of query logs.
    BadDestination(String),
    /// VPCs log by the configuration.
    QueryLogInUse,
    /// The VPC logs by the configuration.
    QueryLogAssociated,
    /// No such filter.
    BadFilter(String),
    /// A filter without values.
    EmptyFilter(String),
    /// The token leads to no page.
    BadToken,
    /// The same of a list of DNS Firewall.
    BadFirewallToken,
    /// The same of a list of query logging.
    BadLogToken,
    /// No policy.
    BadPolicy,
    /// No policy of a rule group.
    BadGroupPolicy,
    /// The text is no ARN of a rule group.
    BadGroupArn(String),
    /// What DNS Firewall finds wrong, as the sentence says.
    Validation(String),
    /// The URL names no file in a bucket.
    BadFileUrl(String),
    /// The priority is AWS's.
    Reserved(String),
    /// Something stands in the way, as the sentence says.
    Conflict(String),
    /// The domain is not on the list.
    UnknownDomain {
        /// The list's id.
        list: String,
        /// The domain.
        domain: String,
        /// The request's trace.
        trace: String,
    },
    /// A tag's key is none.
    BadTag,
    /// Fifty tags at the most.
    TooManyTags,
    /// A part of AWS's that is not built; its name.
    NotBuilt(&'static str),
    /// The store failed; the log says why.
    Store(StoreError),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

const BAD_TOKEN: &str = "Invalid value passed for the NextToken parameter";

impl AwsError for Error {
    fn fault(&self) -> Fault {
        let refused = |code: &'static str, sentence: String| sender(400, code, sentence);
        match self {
            Self::NoEndpoint(text) => refused("ResourceNotFoundException", format!("Resolver endpoint with ID '{text}' does not exist")),
            Self::NoRule(text) => refused("ResourceNotFoundException", format!("[RSLVR-00703] Resolver rule with ID \"{text}\" does not exist.")),
            Self::NoRuleAssociation(text) => refused("ResourceNotFoundException", format!("ResolverRuleAssociation '{text}' does not Exist")),
            Self::NotAssociated { rule, vpc } => refused("ResourceNotFoundException", format!("Resolver Rule Association between Resolver Rule '{rule}' and VPC '{vpc}' does not exist")),
            Self::NoQueryLog(text) => refused("ResourceNotFoundException", format!("[RSLVR-01601] The specified query logging configuration doesn't exist. Trace Id: \"{text}\"")),
            Self::NoQueryLogAssociation(text) => refused("ResourceNotFoundException", format!("[RSLVR-01602] The specified query logging configuration association doesn't exist. Trace Id: \"{text}\"")),
            Self::NoFirewall { id, trace } => refused("ResourceNotFoundException", format!("[RSLVR-02025] Can’t find the resource with ID \"{id}\". Trace Id: \"{trace}\"")),
            Self::NoOutpost(text) => refused("ResourceNotFoundException", format!("The specified Outpost resource {text} doesn't exist.")),
            Self::NoResource(text) => refused("ResourceNotFoundException", format!("The resource '{text}' does not exist")),
            // API reference, InvalidParameterException.
            Self::BadArn => refused("InvalidParameterException", "One or more parameters in this request are not valid.".to_owned()),
            // Recorded of tags.
            Self::AutoDefined => refused("InvalidRequestException", "[RSLVR-00903] Cannot tag Auto Defined Rule.".to_owned()),
            Self::RuleUpdating => refused("ResourceUnavailableException", "[RSLVR-00705] Cannot update Resolver Rule because it's currently updating.".to_owned()),
            // API reference, ResourceUnavailableException.
            Self::Unavailable => refused("ResourceUnavailableException", "The specified resource isn't available.".to_owned()),
            // API reference, LimitExceededException.
            Self::TooMuch => refused("LimitExceededException", "The request caused one or more limits to be exceeded.".to_owned()),
            // API reference, ConflictException.
            Self::Leaving => refused("ConflictException", "The requested state transition isn't valid.".to_owned()),
            // API reference, InvalidRequestException.
            Self::LeavingEndpoint => refused("InvalidRequestException", "The request is invalid.".to_owned()),
            // API reference, AccessDeniedException.
            Self::Managed => refused("AccessDeniedException", "The current account doesn't have the IAM permissions required to perform the specified Resolver operation.".to_owned()),
            Self::NoSight { decision, trace } => {
                refused("AccessDeniedException", format!("[RSLVR-02309] You don't have a permission to call ec2:describe-vpcs Trace Id: \"{trace}\""))
                    .header(DENY_ID, decision)
            }
            Self::Denied(denied) => {
                refused("AccessDeniedException", denied.sentence.clone()).header(DENY_ID, &denied.decision)
            }
            Self::UnknownResource(text) => refused("UnknownResourceException", format!("The resource '{text}' does not exist")),
            Self::NoSubnet(text) => refused("InvalidParameterException", format!("The subnet ID '{text}' does not exist")),
            Self::NoVpc(text) => refused("InvalidParameterException", format!("The vpc ID '{text}' does not exist")),
            Self::NoGroup(text) => refused("InvalidParameterException", format!("The security group '{text}' does not exist")),
            Self::BadGroup(text) => refused("InvalidParameterException", format!("[RSLVR-00408] Malformed security group ID: \"Invalid id: \"{text}\" (expecting \"sg-...\")\".")),
            Self::TooManyGroups => refused("InvalidParameterException", "Maximum of 10 security groups are allowed".to_owned()),
            Self::FewAddresses => refused("InvalidRequestException", "[RSLVR-00400] Resolver endpoint need to have at least 2 IP addresses.".to_owned()),
            Self::ManyAddresses => refused("LimitExceededException", "[RSLVR-00401] Resolver endpoint can have at most 6 IP addresses.".to_owned()),
            Self::AddressOutside { address, subnet } => refused("InvalidParameterException", format!("[RSLVR-00405] The IP address \"{address}\" is either not in subnet \"{subnet}\" CIDR range or is reserved.")),
            Self::AddressTaken { address, subnet } => refused("ResourceExistsException", format!("The IP address '{address}' in subnet '{subnet}' is already in use")),
            Self::OtherVpc => refused("InvalidRequestException", "[RSLVR-00406] All subnets of a resolver endpoint must be in the same VPC.".to_owned()),
            Self::SubnetFull(text) => refused("InvalidRequestException", format!("[RSLVR-00407] The subnet \"{text}\" does not have enough free IP addresses.")),
            Self::WhichAddress => refused("InvalidRequestException", "[RSLVR-00503] Need to specify either the IP ID or both subnet and IP address in order to remove IP address.".to_owned()),
            Self::NoAddress(text) => refused("ResourceNotFoundException", format!("The IP address '{text}' of the resolver endpoint does not exist")),
            Self::EndpointExists(text) => refused("ResourceExistsException", format!("Resolver endpoint with creator request ID '{text}' already exists")),
            Self::RuleExists(text) => refused("ResourceExistsException", format!("Resolver rule with creator request ID '{text}' already exists")),
            Self::QueryLogExists(text) => refused("ResourceExistsException", format!("Resolver query logging configuration with creator request ID '{text}' already exists")),
            Self::EndpointInUse(text) => refused("InvalidRequestException", format!("Cannot delete resolver endpoint unless its related resolver rules are deleted.  The following rules still exist for this resolver endpoint:  {text}")),
            Self::RuleInUse => refused("ResourceInUseException", "Please disassociate this resolver rule from VPC first before deleting".to_owned()),
            Self::NotOutbound => refused("InvalidRequestException", "[RSLVR-00700] Resolver rules can only be associated to OUTBOUND resolver endpoints.".to_owned()),
            // Recorded: terraform-provider-aws, issue 35733.
            Self::WhichProtocol => refused("InvalidRequestException", "[RSLVR-00726] Endpoint has more than 1 protocol. Add one of the endpoint protocol for rule creation".to_owned()),
            Self::NotOutboundProtocol => refused("InvalidParameterException", "One or more parameters in this request are not valid.".to_owned()),
            // Recorded: aws-network-hub-for-terraform, pull request 26.
            Self::OwnTarget { rule, vpc } => refused("InvalidRequestException", format!("[RSLVR-00804] Cannot associate rule {rule} to VPC {vpc} because the VPC include an INBOUND resolver endpoints with rule's target IP. Please try a different rule or update rule's target IP.")),
            Self::Recursive => refused("InvalidRequestException", "[RSLVR-00718] Cannot create a rule with type RECURSIVE".to_owned()),
            Self::SystemTargets => refused("InvalidRequestException", "Cannot specify resolver endpoint ID and target IP for SYSTEM type resolver rule".to_owned()),
            Self::ForwardTargets => refused("InvalidRequestException", "[RSLVR-00704] Need to specify resolver endpoint ID and target IP for FORWARD type resolver rule".to_owned()),
            Self::BadTarget(text) => refused("InvalidParameterException", format!("[RSLVR-00725] Invalid target IP address \"{text}\"")),
            Self::SameDomain(text) => refused("InvalidRequestException", format!("[RSLVR-00802] Cannot associate rules with same domain name with same VPC. Conflict with resolver rule \"{text}\"")),
            Self::AlreadyAssociated => refused("ResourceExistsException", "The resolver rule is already associated with the VPC".to_owned()),
            Self::BadDomain(text) => refused("InvalidParameterException", format!("The domain name '{text}' is not valid")),
            Self::BadDestination(text) => refused("InvalidParameterException", format!("[RSLVR-01408] The destination ARN \"{text}\" is not valid.")),
            Self::QueryLogInUse => refused("InvalidRequestException", "[RSLVR-01603] The query logging configuration is associated with VPCs. Disassociate it first.".to_owned()),
            Self::QueryLogAssociated => refused("ResourceExistsException", "[RSLVR-01604] The query logging configuration is already associated with the VPC.".to_owned()),
            Self::BadFilter(text) => refused("InvalidParameterException", format!("The filter '{text}' is invalid")),
            Self::EmptyFilter(text) => refused("InvalidParameterException", format!("No values specified for filter {text}")),
            Self::BadToken => refused("InvalidNextTokenException", BAD_TOKEN.to_owned()),
            // The API reference knows no InvalidNextTokenException of these lists.
            Self::BadFirewallToken => refused("ValidationException", BAD_TOKEN.to_owned()),
            Self::BadLogToken => refused("InvalidParameterException", BAD_TOKEN.to_owned()),
            Self::BadPolicy => refused("InvalidPolicyDocument", "The specified Resolver rule policy is invalid.".to_owned()),
            // The API reference knows no InvalidPolicyDocument of rule groups.
            Self::BadGroupPolicy => refused("ValidationException", "The specified firewall rule group policy is invalid.".to_owned()),
            Self::BadGroupArn(text) => refused("ValidationException", format!("The ARN '{text}' is not valid for a firewall rule group.")),
            Self::BadFileUrl(text) => refused("ValidationException", format!("The domain file URL '{text}' is not the URL of a file in Amazon S3.")),
            Self::Validation(text) => refused("ValidationException", text.clone()),
            Self::Reserved(text) => refused("ValidationException", format!("[RSLVR-02017] The priority value you provided is reserved. Provide a number between \"100\" and \"9900\". Trace Id: \"{text}\"")),
            Self::Conflict(text) => refused("ConflictException", text.clone()),
            Self::UnknownDomain { list, domain, trace } => refused("ResourceNotFoundException", format!("[RSLVR-02502] The following domains don't exist in the DNS Firewall domain list '{list}'. You can't delete a domain that isn't in a domain list. Example unknown domain: '{domain}'. Trace Id: \"{trace}\"")),
            Self::BadTag => refused("InvalidTagException", "The specified tag is invalid.".to_owned()),
            Self::TooManyTags => refused("LimitExceededException", "A resource can have up to 50 tags.".to_owned()),
            Self::NotBuilt(what) => receiver(501, "NotImplemented", format!("{what} is not implemented")),
            Self::Store(error) => {
                receiver(500, "InternalServiceErrorException", "We encountered an unknown error. Try again in a few minutes.")
                    .because(error)
            }
        }
    }
}
