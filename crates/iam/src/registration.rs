//! The tables and operations of providers, certificates, keys, devices and the account's switches.

use crate::{
    Iam, access_report, account_features, delegation_request, mfa_device, oidc_provider, organization,
    role_template, saml_provider, server_certificate, service_credential, signing_certificate,
    ssh_public_key,
};
use ports::Registrar;
use shapes_iam as api;

/// Registers them.
pub(crate) fn federation(ops: &mut Registrar<'_, Iam>) {
    ops.tables()
        .record::<oidc_provider::OidcProvider>()
        .record::<saml_provider::SamlProvider>()
        .record::<server_certificate::ServerCertificate>()
        .record::<signing_certificate::SigningCertificate>()
        .record::<ssh_public_key::SshPublicKey>()
        .record::<service_credential::ServiceCredential>()
        .record::<mfa_device::MfaDevice>()
        .record::<account_features::AccountFeatures>()
        .record::<delegation_request::DelegationRequest>();
    providers(ops);
    certificates(ops);
    credentials(ops);
    devices(ops);
    account(ops);
    requests(ops);
}

fn providers(ops: &mut Registrar<'_, Iam>) {
    ops.answer::<api::CreateOpenIDConnectProvider>(oidc_provider::create)
        .answer::<api::GetOpenIDConnectProvider>(oidc_provider::get)
        .answer::<api::ListOpenIDConnectProviders>(oidc_provider::list)
        .answer::<api::UpdateOpenIDConnectProvider>(oidc_provider::update)
        .answer::<api::UpdateOpenIDConnectProviderThumbprint>(oidc_provider::update_thumbprints)
        .answer::<api::AddClientIDToOpenIDConnectProvider>(oidc_provider::add_client_id)
        .answer::<api::RemoveClientIDFromOpenIDConnectProvider>(oidc_provider::remove_client_id)
        .answer::<api::DeleteOpenIDConnectProvider>(oidc_provider::delete)
        .answer::<api::TagOpenIDConnectProvider>(oidc_provider::tag)
        .answer::<api::UntagOpenIDConnectProvider>(oidc_provider::untag)
        .answer::<api::ListOpenIDConnectProviderTags>(oidc_provider::list_tags)
        .answer::<api::CreateSAMLProvider>(saml_provider::create)
        .answer::<api::GetSAMLProvider>(saml_provider::get)
        .answer::<api::ListSAMLProviders>(saml_provider::list)
        .answer::<api::UpdateSAMLProvider>(saml_provider::update)
        .answer::<api::DeleteSAMLProvider>(saml_provider::delete)
        .answer::<api::TagSAMLProvider>(saml_provider::tag)
        .answer::<api::UntagSAMLProvider>(saml_provider::untag)
        .answer::<api::ListSAMLProviderTags>(saml_provider::list_tags);
}

fn certificates(ops: &mut Registrar<'_, Iam>) {
    ops.answer::<api::UploadServerCertificate>(server_certificate::upload)
        .answer::<api::GetServerCertificate>(server_certificate::get)
        .answer::<api::ListServerCertificates>(server_certificate::list)
        .answer::<api::UpdateServerCertificate>(server_certificate::update)
        .answer::<api::DeleteServerCertificate>(server_certificate::delete)
        .answer::<api::TagServerCertificate>(server_certificate::tag)
        .answer::<api::UntagServerCertificate>(server_certificate::untag)
        .answer::<api::ListServerCertificateTags>(server_certificate::list_tags)
        .answer::<api::UploadSigningCertificate>(signing_certificate::upload)
        .answer::<api::ListSigningCertificates>(signing_certificate::list)
        .answer::<api::UpdateSigningCertificate>(signing_certificate::update)
        .answer::<api::DeleteSigningCertificate>(signing_certificate::delete);
}

fn credentials(ops: &mut Registrar<'_, Iam>) {
    ops.answer::<api::UploadSSHPublicKey>(ssh_public_key::upload)
        .answer::<api::GetSSHPublicKey>(ssh_public_key::get)
        .answer::<api::ListSSHPublicKeys>(ssh_public_key::list)
        .answer::<api::UpdateSSHPublicKey>(ssh_public_key::update)
        .answer::<api::DeleteSSHPublicKey>(ssh_public_key::delete)
        .answer::<api::CreateServiceSpecificCredential>(service_credential::create)
        .answer::<api::ListServiceSpecificCredentials>(service_credential::list)
        .answer::<api::UpdateServiceSpecificCredential>(service_credential::update)
        .answer::<api::ResetServiceSpecificCredential>(service_credential::reset)
        .answer::<api::DeleteServiceSpecificCredential>(service_credential::delete);
}

fn devices(ops: &mut Registrar<'_, Iam>) {
    ops.answer::<api::CreateVirtualMFADevice>(mfa_device::create)
        .answer::<api::EnableMFADevice>(mfa_device::enable)
        .answer::<api::ResyncMFADevice>(mfa_device::resync)
        .answer::<api::DeactivateMFADevice>(mfa_device::deactivate)
        .answer::<api::DeleteVirtualMFADevice>(mfa_device::delete)
        .answer::<api::GetMFADevice>(mfa_device::get)
        .answer::<api::ListMFADevices>(mfa_device::list)
        .answer::<api::ListVirtualMFADevices>(mfa_device::list_virtual)
        .answer::<api::TagMFADevice>(mfa_device::tag)
        .answer::<api::UntagMFADevice>(mfa_device::untag)
        .answer::<api::ListMFADeviceTags>(mfa_device::list_tags);
}

fn account(ops: &mut Registrar<'_, Iam>) {
    ops.answer::<api::SetSecurityTokenServicePreferences>(account_features::set_token_version)
        .answer::<api::EnableOutboundWebIdentityFederation>(account_features::enable_outbound)
        .answer::<api::DisableOutboundWebIdentityFederation>(account_features::disable_outbound)
        .answer::<api::GetOutboundWebIdentityFederationInfo>(account_features::outbound_info)
        .answer::<api::PutAccountProperties>(account_features::put_properties)
        .answer::<api::GetAccountProperties>(account_features::get_properties)
        .answer::<api::ListOrganizationsFeatures>(organization::list_features)
        .answer::<api::EnableOrganizationsRootCredentialsManagement>(organization::enable_root_credentials)
        .answer::<api::DisableOrganizationsRootCredentialsManagement>(organization::disable_root_credentials)
        .answer::<api::EnableOrganizationsRootSessions>(organization::enable_root_sessions)
        .answer::<api::DisableOrganizationsRootSessions>(organization::disable_root_sessions)
        .answer::<api::GenerateOrganizationsAccessReport>(access_report::organization::generate)
        .answer::<api::GetOrganizationsAccessReport>(access_report::organization::get)
        .answer::<api::AcquireRole>(role_template::acquire_role)
        .answer::<api::GetRoleTemplateVersion>(role_template::get_version);
}

fn requests(ops: &mut Registrar<'_, Iam>) {
    ops.answer::<api::CreateDelegationRequest>(delegation_request::create)
        .answer::<api::AssociateDelegationRequest>(delegation_request::associate)
        .answer::<api::UpdateDelegationRequest>(delegation_request::update)
        .answer::<api::AcceptDelegationRequest>(delegation_request::accept)
        .answer::<api::RejectDelegationRequest>(delegation_request::reject)
        .answer::<api::GetDelegationRequest>(delegation_request::get)
        .answer::<api::ListDelegationRequests>(delegation_request::list)
        .answer::<api::GetHumanReadableSummary>(delegation_request::summary);
}
