//! The services that have roles of their own.
//!
//! Source: recorded from AWS by the contributors of a public test suite; that of spot instances from the EC2 user
//! guide.

/// What AWS makes for a service.
pub(super) struct Template {
    /// The principal without `.amazonaws.com`.
    service: &'static str,
    /// The role's name without `AWSServiceRoleFor`.
    name: &'static str,
    /// Its policy's name; the path is `/aws-service-role/`.
    policy: &'static str,
    /// Whether a suffix makes further roles.
    pub(super) takes_suffix: bool,
}

impl Template {
    /// The role's name, without a suffix.
    pub(super) fn role_name(&self) -> String {
        format!("AWSServiceRoleFor{}", self.name)
    }

    /// The ARN of its policy.
    pub(super) fn policy_arn(&self, partition: &str) -> String {
        format!("arn:{partition}:iam::aws:policy/aws-service-role/{}", self.policy)
    }
}

/// That of a principal: `autoscaling.amazonaws.com`.
pub(super) fn of(principal: &str) -> Option<&'static Template> {
    let service = principal.strip_suffix(".amazonaws.com")?;
    TEMPLATES.iter().find(|template| template.service == service)
}

const fn one(service: &'static str, name: &'static str, policy: &'static str) -> Template {
    Template { service, name, policy, takes_suffix: false }
}

const fn many(service: &'static str, name: &'static str, policy: &'static str) -> Template {
    Template { service, name, policy, takes_suffix: true }
}

const TEMPLATES: &[Template] = &[
    one(
        "accountdiscovery.ssm",
        "AmazonSSM_AccountDiscovery",
        "AWSSystemsManagerAccountDiscoveryServicePolicy",
    ),
    one("acm", "CertificateManager", "CertificateManagerServiceRolePolicy"),
    one("appmesh", "AppMesh", "AWSAppMeshServiceRolePolicy"),
    one("autoscaling-plans", "AutoScalingPlans_EC2AutoScaling", "AWSAutoScalingPlansEC2AutoScalingPolicy"),
    many("autoscaling", "AutoScaling", "AutoScalingServiceRolePolicy"),
    one("backup", "Backup", "AWSBackupServiceLinkedRolePolicyForBackup"),
    one("batch", "Batch", "BatchServiceRolePolicy"),
    one(
        "cassandra.application-autoscaling",
        "ApplicationAutoScaling_CassandraTable",
        "AWSApplicationAutoscalingCassandraTablePolicy",
    ),
    one(
        "cks.kms",
        "KeyManagementServiceCustomKeyStores",
        "AWSKeyManagementServiceCustomKeyStoresServiceRolePolicy",
    ),
    one("cloudtrail", "CloudTrail", "CloudTrailServiceRolePolicy"),
    one("codestar-notifications", "CodeStarNotifications", "AWSCodeStarNotificationsServiceRolePolicy"),
    one("config", "Config", "AWSConfigServiceRolePolicy"),
    many("connect", "AmazonConnect", "AmazonConnectServiceLinkedRolePolicy"),
    one("dms-fleet-advisor", "DMSFleetAdvisor", "AWSDMSFleetAdvisorServiceRolePolicy"),
    one("dms", "DMSServerless", "AWSDMSServerlessServiceRolePolicy"),
    one("docdb-elastic", "DocDB-Elastic", "AmazonDocDB-ElasticServiceRolePolicy"),
    one("ec2-instance-connect", "Ec2InstanceConnect", "Ec2InstanceConnectEndpoint"),
    one(
        "ec2.application-autoscaling",
        "ApplicationAutoScaling_EC2SpotFleetRequest",
        "AWSApplicationAutoscalingEC2SpotFleetRequestPolicy",
    ),
    one("ecr", "ECRTemplate", "ECRTemplateServiceRolePolicy"),
    one("ecs", "ECS", "AmazonECSServiceRolePolicy"),
    one("eks-connector", "AmazonEKSConnector", "AmazonEKSConnectorServiceRolePolicy"),
    one("eks-fargate", "AmazonEKSForFargate", "AmazonEKSForFargateServiceRolePolicy"),
    one("eks-nodegroup", "AmazonEKSNodegroup", "AWSServiceRoleForAmazonEKSNodegroup"),
    one("eks", "AmazonEKS", "AmazonEKSServiceRolePolicy"),
    one("elasticache", "ElastiCache", "ElastiCacheServiceRolePolicy"),
    one("elasticbeanstalk", "ElasticBeanstalk", "AWSElasticBeanstalkServiceRolePolicy"),
    one("elasticfilesystem", "AmazonElasticFileSystem", "AmazonElasticFileSystemServiceRolePolicy"),
    one("elasticloadbalancing", "ElasticLoadBalancing", "AWSElasticLoadBalancingServiceRolePolicy"),
    one("email.cognito-idp", "AmazonCognitoIdpEmailService", "AmazonCognitoIdpEmailServiceRolePolicy"),
    one("emr-containers", "AmazonEMRContainers", "AmazonEMRContainersServiceRolePolicy"),
    one("emrwal", "EMRWAL", "EMRDescribeClusterPolicyForEMRWAL"),
    one("fis", "FIS", "AmazonFISServiceRolePolicy"),
    one("grafana", "AmazonGrafana", "AmazonGrafanaServiceLinkedRolePolicy"),
    one("imagebuilder", "ImageBuilder", "AWSServiceRoleForImageBuilder"),
    one("iotmanagedintegrations", "IoTManagedIntegrations", "AWSIoTManagedIntegrationsRolePolicy"),
    one("kafka", "Kafka", "KafkaServiceRolePolicy"),
    one("kafkaconnect", "KafkaConnect", "KafkaConnectServiceRolePolicy"),
    one("lakeformation", "LakeFormationDataAccess", "LakeFormationDataAccessServiceRolePolicy"),
    one("lex", "LexBots", "AmazonLexBotPolicy"),
    many("lexv2", "LexV2Bots", "AmazonLexV2BotPolicy"),
    one("lightsail", "Lightsail", "LightsailExportAccess"),
    one("m2", "AWSM2", "AWSM2ServicePolicy"),
    one("memorydb", "MemoryDB", "MemoryDBServiceRolePolicy"),
    one("mq", "AmazonMQ", "AmazonMQServiceRolePolicy"),
    one(
        "mrk.kms",
        "KeyManagementServiceMultiRegionKeys",
        "AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy",
    ),
    one("notifications", "AwsUserNotifications", "AWSUserNotificationsServiceLinkedRolePolicy"),
    one("observability.aoss", "AmazonOpenSearchServerless", "AmazonOpenSearchServerlessServiceRolePolicy"),
    one("opensearchservice", "AmazonOpenSearchService", "AmazonOpenSearchServiceRolePolicy"),
    one("ops.apigateway", "APIGateway", "APIGatewayServiceRolePolicy"),
    one("ops.emr-serverless", "AmazonEMRServerless", "AmazonEMRServerlessServiceRolePolicy"),
    one("opsdatasync.ssm", "SystemsManagerOpsDataSync", "AWSSystemsManagerOpsDataSyncServiceRolePolicy"),
    one("opsinsights.ssm", "AmazonSSM_OpsInsights", "AWSSSMOpsInsightsServiceRolePolicy"),
    one("pullthroughcache.ecr", "ECRPullThroughCache", "AWSECRPullThroughCache_ServiceRolePolicy"),
    one("ram", "ResourceAccessManager", "AWSResourceAccessManagerServiceRolePolicy"),
    one("rds", "RDS", "AmazonRDSServiceRolePolicy"),
    one("redshift", "Redshift", "AmazonRedshiftServiceLinkedRolePolicy"),
    one("replication.cassandra", "KeyspacesReplication", "KeyspacesReplicationServiceRolePolicy"),
    one("replication.ecr", "ECRReplication", "ECRReplicationServiceRolePolicy"),
    one("repository.sync.codeconnections", "GitSync", "AWSGitSyncServiceRolePolicy"),
    one("resource-explorer-2", "ResourceExplorer", "AWSResourceExplorerServiceRolePolicy"),
    one("rolesanywhere", "RolesAnywhere", "AWSRolesAnywhereServicePolicy"),
    one("s3-outposts", "S3OnOutposts", "AWSS3OnOutpostsServiceRolePolicy"),
    one("ses", "AmazonSES", "AmazonSESServiceRolePolicy"),
    one("shield", "AWSShield", "AWSShieldServiceRolePolicy"),
    one("spot", "EC2Spot", "AWSEC2SpotServiceRolePolicy"),
    one("ssm-incidents", "IncidentManager", "AWSIncidentManagerServiceRolePolicy"),
    one("ssm-quicksetup", "SSMQuickSetup", "SSMQuickSetupRolePolicy"),
    one("ssm", "AmazonSSM", "AmazonSSMServiceRolePolicy"),
    one("sso", "SSO", "AWSSSOServiceRolePolicy"),
    one("vpcorigin.cloudfront", "CloudFrontVPCOrigin", "AWSCloudFrontVPCOriginServiceRolePolicy"),
    one("waf", "WAFLogging", "WAFLoggingServiceRolePolicy"),
    one("wafv2", "WAFV2Logging", "WAFV2LoggingServiceRolePolicy"),
];
