//! Delegation requests: made, taken up, passed on, accepted or rejected. The token that an accepted one is worth is not
//! sent: there is no SNS here to send it by.

mod model;
mod record;

pub(crate) use model::DelegationRequest;

use crate::Iam;
use crate::error::{AccountRefusal, Error, ProviderRefusal};
use crate::event::Changed;
use crate::listing::page;
use base::{AccountId, Arn};
use model::{Parameter, State, Step, Terms};
use ports::Cx;
use shape::Empty;
use shapes_iam as api;
use std::sync::Arc;
use store::View;

/// The caller's ARN.
fn caller(cx: &Cx) -> String {
    cx.caller().arn(cx.partition()).unwrap_or_default()
}

/// `CreateDelegationRequest`. Whoever asks may: there is no register of partners here, nor of their policy templates.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Iam,
    input: api::CreateDelegationRequestRequest,
) -> Result<api::CreateDelegationRequestResponse, Error> {
    let owner_account = input.owner_account_id.map(|id| id.parse::<AccountId>()).transpose();
    let owner_account =
        owner_account.map_err(|_| AccountRefusal::Delegation("The owner account id is invalid."))?;
    let channel = input.notification_channel.unwrap_or_default();
    if !channel.parse::<Arn>().is_ok_and(|arn| arn.service == "sns") {
        return Err(AccountRefusal::Delegation("The notification channel must be an SNS topic ARN.").into());
    }
    let request = DelegationRequest {
        id: cx.ids().uuid(),
        requestor: cx.account(),
        workflow_id: input.requestor_workflow_id.unwrap_or_default(),
        owner_account,
        owner_id: None,
        approver_id: None,
        state: State::Unassigned,
        terms: Terms {
            description: input.description.unwrap_or_default(),
            message: input.request_message,
            redirect_url: input.redirect_url,
            session_seconds: input.session_duration.unwrap_or_default(),
            only_send_by_owner: input.only_send_by_owner == Some(true),
            ..permissions(input.permissions.unwrap_or_default())?
        },
        notes: None,
        rejection_reason: None,
        created_at: cx.now().whole_seconds(),
        updated_at: cx.now().whole_seconds(),
    };
    cx.write(|tx| {
        let workflow = DelegationRequest::workflow(request.requestor, &request.workflow_id);
        if tx.by(&DelegationRequest::WORKFLOW, &workflow).next().is_some() {
            return Err(AccountRefusal::WorkflowExists(request.workflow_id.clone()).into());
        }
        tx.emit(&Changed { kind: "DelegationRequestCreated", resource: request.id.clone() });
        tx.put(request.clone());
        Ok::<_, Error>(())
    })?;
    Ok(api::CreateDelegationRequestResponse {
        console_deep_link: None,
        delegation_request_id: Some(request.id),
    })
}

/// What is asked for, in terms that say nothing else yet.
fn permissions(given: api::DelegationPermission) -> Result<Terms, Error> {
    let template = given.policy_template_arn.unwrap_or_default();
    if template.parse::<Arn>().is_err() {
        return Err(ProviderRefusal::NoArn(template).into());
    }
    let parameter =
        |given: api::PolicyParameter| Parameter { name: given.name, values: given.values, kind: given.type_ };
    Ok(Terms {
        description: String::new(),
        message: None,
        template,
        parameters: given.parameters.unwrap_or_default().into_iter().map(parameter).collect(),
        redirect_url: None,
        session_seconds: 0,
        only_send_by_owner: false,
    })
}

/// Reads one that the caller's account may see.
fn read(cx: &Cx, view: &View, id: &str) -> Result<Arc<DelegationRequest>, AccountRefusal> {
    let found = view.get::<DelegationRequest>(id).filter(|request| request.is_open_to(cx.account()));
    found.ok_or_else(|| AccountRefusal::NoDelegationRequest(id.to_owned()))
}

/// Takes a request one step further.
fn step(
    cx: &Cx,
    id: Option<String>,
    step: Step,
    change: impl Fn(&mut DelegationRequest),
) -> Result<Empty, Error> {
    let id = id.unwrap_or_default();
    cx.write(|tx| {
        let found = tx.get::<DelegationRequest>(&id).filter(|request| request.is_open_to(cx.account()));
        let found = found.ok_or_else(|| AccountRefusal::NoDelegationRequest(id.clone()))?;
        let mut request = (*found).clone();
        let state = request.state_at(cx.now());
        request.state = state.after(step).ok_or(AccountRefusal::DelegationState(state.word()))?;
        request.updated_at = cx.now().whole_seconds();
        change(&mut request);
        tx.emit(&Changed { kind: "DelegationRequestChanged", resource: id.clone() });
        tx.put(request);
        Ok(Empty {})
    })
}

/// `AssociateDelegationRequest`: the calling identity makes it its own.
pub(crate) fn associate(
    cx: &Cx,
    _svc: &Iam,
    input: api::AssociateDelegationRequestRequest,
) -> Result<Empty, Error> {
    let owner = caller(cx);
    step(cx, input.delegation_request_id, Step::Associate, |request| {
        request.owner_account = Some(cx.account());
        request.owner_id = Some(owner.clone());
    })
}

/// `UpdateDelegationRequest`: passes it on for approval.
pub(crate) fn update(
    cx: &Cx,
    _svc: &Iam,
    input: api::UpdateDelegationRequestRequest,
) -> Result<Empty, Error> {
    step(cx, input.delegation_request_id, Step::Update, |request| {
        if input.notes.is_some() {
            request.notes.clone_from(&input.notes);
        }
    })
}

/// `AcceptDelegationRequest`: the calling identity is the one that approved it.
pub(crate) fn accept(
    cx: &Cx,
    _svc: &Iam,
    input: api::AcceptDelegationRequestRequest,
) -> Result<Empty, Error> {
    let approver = caller(cx);
    step(cx, input.delegation_request_id, Step::Accept, |request| {
        request.approver_id = Some(approver.clone());
    })
}

/// `RejectDelegationRequest`.
pub(crate) fn reject(
    cx: &Cx,
    _svc: &Iam,
    input: api::RejectDelegationRequestRequest,
) -> Result<Empty, Error> {
    step(cx, input.delegation_request_id, Step::Reject, |request| {
        request.rejection_reason.clone_from(&input.notes);
    })
}

/// `GetDelegationRequest`. What a template grants is not known here, so a check of the caller's permissions fails.
pub(crate) fn get(
    cx: &Cx,
    _svc: &Iam,
    input: api::GetDelegationRequestRequest,
) -> Result<api::GetDelegationRequestResponse, Error> {
    let id = input.delegation_request_id.unwrap_or_default();
    let request = cx.read(|view| read(cx, view, &id))?;
    let is_checked = input.delegation_permission_check == Some(true);
    Ok(api::GetDelegationRequestResponse {
        delegation_request: Some(shape(cx, &request)),
        permission_check_status: is_checked.then(|| "FAILED".to_owned()),
        permission_check_result: None,
    })
}

/// `ListDelegationRequests`, by id: those that identities of the account made their own.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListDelegationRequestsRequest,
) -> Result<api::ListDelegationRequestsResponse, Error> {
    let owner = input.owner_id;
    cx.read(|view| {
        let all = view.by(&DelegationRequest::OWNER, &cx.account().to_string());
        let own = all.filter(|request| owner.is_none() || request.owner_id == owner);
        let id = |request: &&Arc<DelegationRequest>| request.id.clone();
        let call = ["ListDelegationRequests", owner.as_deref().unwrap_or_default()];
        let page = page(cx, &call, own, id, input.marker.as_deref(), input.max_items)?;
        let is_truncated = page.truncated();
        let delegation_requests = Some(page.items.iter().map(|request| shape(cx, request)).collect());
        Ok(api::ListDelegationRequestsResponse { delegation_requests, marker: page.marker, is_truncated })
    })
}

/// `GetHumanReadableSummary` of a request. Nothing here writes summaries.
pub(crate) fn summary(
    cx: &Cx,
    _svc: &Iam,
    input: api::GetHumanReadableSummaryRequest,
) -> Result<api::GetHumanReadableSummaryResponse, Error> {
    let text = input.entity_arn.unwrap_or_default();
    let arn: Arn = text.parse().map_err(|_| ProviderRefusal::NoArn(text.clone()))?;
    let id = arn.resource.strip_prefix("delegation-request/").filter(|_| arn.service == "iam");
    let id = id.ok_or_else(|| AccountRefusal::SummaryKind(text.clone()))?;
    cx.read(|view| read(cx, view, id))?;
    Ok(api::GetHumanReadableSummaryResponse {
        summary_content: None,
        locale: input.locale,
        summary_state: Some("NOT_AVAILABLE".to_owned()),
    })
}

fn shape(cx: &Cx, request: &DelegationRequest) -> api::DelegationRequest {
    let terms = &request.terms;
    let parameter = |own: &Parameter| api::PolicyParameter {
        name: own.name.clone(),
        values: own.values.clone(),
        type_: own.kind.clone(),
    };
    api::DelegationRequest {
        delegation_request_id: Some(request.id.clone()),
        owner_account_id: request.owner_account.map(|account| account.to_string()),
        description: Some(terms.description.clone()),
        request_message: terms.message.clone(),
        permissions: Some(api::DelegationPermission {
            policy_template_arn: Some(terms.template.clone()),
            parameters: Some(terms.parameters.iter().map(parameter).collect()),
        }),
        owner_id: request.owner_id.clone(),
        approver_id: request.approver_id.clone(),
        state: Some(request.state_at(cx.now()).word().to_owned()),
        expiration_time: Some(request.expires_at().into()),
        requestor_id: Some(request.requestor.to_string()),
        create_date: Some(request.created_at.into()),
        session_duration: Some(terms.session_seconds),
        redirect_url: terms.redirect_url.clone(),
        notes: request.notes.clone(),
        rejection_reason: request.rejection_reason.clone(),
        only_send_by_owner: Some(terms.only_send_by_owner),
        updated_time: Some(request.updated_at.into()),
        ..api::DelegationRequest::default()
    }
}
