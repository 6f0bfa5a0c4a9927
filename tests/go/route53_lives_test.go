package tests

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"
)

// zoneLives are those of hosted zones and of what stands beside them.
var zoneLives = map[string]func(*place) life{
	"aws_route53_zone":                          zoneLife,
	"aws_route53_zone_association":              zoneAssociationLife,
	"aws_route53_vpc_association_authorization": zoneAuthorizationLife,
	"aws_route53_record":                        recordLife,
	"aws_route53_health_check":                  healthCheckLife,
	"aws_route53_delegation_set":                delegationSetLife,
	"aws_route53_cidr_collection":               cidrCollectionLife,
	"aws_route53_cidr_location":                 cidrLocationLife,
	"aws_route53_traffic_policy":                trafficPolicyLife,
}

// naming is Route 53 for a place.
type naming struct {
	*place
	dns *route53.Client
}

func (p *place) naming() *naming { return &naming{p, route53.NewFromConfig(p.config)} }

// synced waits for a change, as Terraform does.
func (z *naming) synced(change *types.ChangeInfo) {
	z.Helper()
	z.done(route53.NewResourceRecordSetsChangedWaiter(z.dns).Wait(z.ctx, &route53.GetChangeInput{Id: change.Id}, patience))
}

func vpcOf(id string) *types.VPC {
	return &types.VPC{VPCId: &id, VPCRegion: types.VPCRegionUsEast1}
}

// zone is a hosted zone; one with a VPC is private.
func (z *naming) zone(name string, vpc *types.VPC) string {
	made := must(z.dns.CreateHostedZone(z.ctx, &route53.CreateHostedZoneInput{
		Name: &name, CallerReference: aws.String("tf " + name), VPC: vpc,
		HostedZoneConfig: &types.HostedZoneConfig{Comment: aws.String("Managed by Terraform")},
	}))(z.T)
	z.synced(made.ChangeInfo)
	return strings.TrimPrefix(*made.HostedZone.Id, "/hostedzone/")
}

func (z *naming) tags(kind types.TagResourceType, id string) seen {
	return look(z.dns.ListTagsForResource(z.ctx, &route53.ListTagsForResourceInput{ResourceType: kind, ResourceId: &id}))
}

func (z *naming) tag(kind types.TagResourceType, id string) {
	must(z.dns.ChangeTagsForResource(z.ctx, &route53.ChangeTagsForResourceInput{
		ResourceType: kind, ResourceId: &id, AddTags: []types.Tag{{Key: aws.String("Name"), Value: aws.String("tf")}},
	}))(z.T)
}

func (z *naming) told(id string) seen {
	return look(z.dns.GetHostedZone(z.ctx, &route53.GetHostedZoneInput{Id: &id}))
}

func zoneLife(p *place) life {
	var id string
	z := p.naming()
	return life{
		create: func() {
			id = z.zone("public.example", nil)
			z.tag(types.TagResourceTypeHostedzone, id)
		},
		read: func() seen { return all(z.told(id), z.tags(types.TagResourceTypeHostedzone, id)) },
		update: func() {
			must(z.dns.UpdateHostedZoneComment(z.ctx, &route53.UpdateHostedZoneCommentInput{Id: &id, Comment: aws.String("other")}))(z.T)
		},
		// With force_destroy, signing is looked for and every set is listed.
		delete: func() error {
			if _, err := z.dns.GetDNSSEC(z.ctx, &route53.GetDNSSECInput{HostedZoneId: &id}); err != nil {
				return err
			}
			sets := must(z.dns.ListResourceRecordSets(z.ctx, &route53.ListResourceRecordSetsInput{HostedZoneId: &id}))(z.T)
			equal(z.T, len(sets.ResourceRecordSets), 2)
			gone, err := z.dns.DeleteHostedZone(z.ctx, &route53.DeleteHostedZoneInput{Id: &id})
			if err == nil {
				z.synced(gone.ChangeInfo)
			}
			return err
		},
		gone:    "NoSuchHostedZone",
		again:   "NoSuchHostedZone",
		missing: 404,
	}
}

// With force_destroy, Terraform looks for signing before it deletes a zone; of a private one it goes on where the refusal
// says what findHostedZoneDNSSECByZoneID of its provider looks for.
func TestAPrivateZoneGoesByForce(t *testing.T) {
	t.Parallel()
	p := newPlace(t, start(t).endpoint)
	z := p.naming()
	id := z.zone("forced.internal", vpcOf(p.vpc("10.0.0.0/16")))
	_, err := z.dns.GetDNSSEC(z.ctx, &route53.GetDNSSECInput{HostedZoneId: &id})
	var refusal *types.InvalidArgument
	if !errors.As(err, &refusal) || !strings.Contains(refusal.ErrorMessage(), "Operation is unsupported for private") {
		t.Fatal(err)
	}
	set := &types.ResourceRecordSet{
		Name: aws.String("a.forced.internal"), Type: types.RRTypeA, TTL: aws.Int64(300),
		ResourceRecords: []types.ResourceRecord{{Value: aws.String("192.0.2.1")}},
	}
	for _, action := range []types.ChangeAction{types.ChangeActionCreate, types.ChangeActionDelete} {
		changes := []types.Change{{Action: action, ResourceRecordSet: set}}
		changed := must(z.dns.ChangeResourceRecordSets(z.ctx, &route53.ChangeResourceRecordSetsInput{
			HostedZoneId: &id, ChangeBatch: &types.ChangeBatch{Changes: changes},
		}))(t)
		z.synced(changed.ChangeInfo)
	}
	gone := must(z.dns.DeleteHostedZone(z.ctx, &route53.DeleteHostedZoneInput{Id: &id}))(t)
	z.synced(gone.ChangeInfo)
}

func zoneAssociationLife(p *place) life {
	z := p.naming()
	id := z.zone("corp.internal", vpcOf(p.vpc("10.0.0.0/16")))
	second := vpcOf(p.vpc("10.1.0.0/16"))
	return life{
		create: func() {
			made := must(z.dns.AssociateVPCWithHostedZone(z.ctx, &route53.AssociateVPCWithHostedZoneInput{HostedZoneId: &id, VPC: second}))(z.T)
			z.synced(made.ChangeInfo)
		},
		read: func() seen { return z.told(id) },
		delete: func() error {
			gone, err := z.dns.DisassociateVPCFromHostedZone(z.ctx, &route53.DisassociateVPCFromHostedZoneInput{HostedZoneId: &id, VPC: second})
			if err == nil {
				z.synced(gone.ChangeInfo)
			}
			return err
		},
		again:   "VPCAssociationNotFound",
		missing: 404,
	}
}

func zoneAuthorizationLife(p *place) life {
	z := p.naming()
	id := z.zone("corp.internal", vpcOf(p.vpc("10.0.0.0/16")))
	// Another account's: it is authorized before it is looked for.
	other := vpcOf("vpc-0123456789abcdef0")
	return life{
		create: func() {
			must(z.dns.CreateVPCAssociationAuthorization(z.ctx, &route53.CreateVPCAssociationAuthorizationInput{HostedZoneId: &id, VPC: other}))(z.T)
		},
		read: func() seen {
			return look(z.dns.ListVPCAssociationAuthorizations(z.ctx, &route53.ListVPCAssociationAuthorizationsInput{HostedZoneId: &id}))
		},
		delete: func() error {
			return failure(z.dns.DeleteVPCAssociationAuthorization(z.ctx, &route53.DeleteVPCAssociationAuthorizationInput{HostedZoneId: &id, VPC: other}))
		},
		again:   "VPCAssociationAuthorizationNotFound",
		missing: 404,
	}
}

func recordLife(p *place) life {
	z := p.naming()
	id := z.zone("records.example", nil)
	change := func(action types.ChangeAction, value string) error {
		made, err := z.dns.ChangeResourceRecordSets(z.ctx, &route53.ChangeResourceRecordSetsInput{
			HostedZoneId: &id, ChangeBatch: &types.ChangeBatch{Changes: []types.Change{{
				Action: action, ResourceRecordSet: &types.ResourceRecordSet{
					Name: aws.String("*.records.example"), Type: types.RRTypeA, TTL: aws.Int64(300),
					ResourceRecords: []types.ResourceRecord{{Value: &value}},
				},
			}}},
		})
		if err == nil {
			z.synced(made.ChangeInfo)
		}
		return err
	}
	return life{
		create: func() {
			p.done(change(types.ChangeActionCreate, "192.0.2.1"))
			// It comes back with its star as Route 53 writes it.
			found := must(z.dns.ListResourceRecordSets(z.ctx, z.from(id)))(z.T)
			equal(z.T, *found.ResourceRecordSets[0].Name, `\052.records.example.`)
		},
		read: func() seen { return all(z.told(id), look(z.dns.ListResourceRecordSets(z.ctx, z.from(id)))) },
		update: func() {
			p.done(change(types.ChangeActionUpsert, "192.0.2.2"))
		},
		delete: func() error { return change(types.ChangeActionDelete, "192.0.2.2") },
		again:  "InvalidChangeBatch",
	}
}

// from is the page that begins with the record.
func (z *naming) from(id string) *route53.ListResourceRecordSetsInput {
	return &route53.ListResourceRecordSetsInput{
		HostedZoneId: &id, StartRecordName: aws.String("*.records.example"), StartRecordType: types.RRTypeA, MaxItems: aws.Int32(1),
	}
}

func healthCheckLife(p *place) life {
	var id string
	z := p.naming()
	return life{
		create: func() {
			made := must(z.dns.CreateHealthCheck(z.ctx, &route53.CreateHealthCheckInput{
				CallerReference: aws.String("tf"), HealthCheckConfig: &types.HealthCheckConfig{
					Type: types.HealthCheckTypeHttps, FullyQualifiedDomainName: aws.String("www.example.com"),
					ResourcePath: aws.String("/health"), FailureThreshold: aws.Int32(5), RequestInterval: aws.Int32(10),
				},
			}))(z.T)
			id = *made.HealthCheck.Id
			z.tag(types.TagResourceTypeHealthcheck, id)
		},
		read: func() seen {
			return all(
				look(z.dns.GetHealthCheck(z.ctx, &route53.GetHealthCheckInput{HealthCheckId: &id})),
				z.tags(types.TagResourceTypeHealthcheck, id),
			)
		},
		update: func() {
			must(z.dns.UpdateHealthCheck(z.ctx, &route53.UpdateHealthCheckInput{HealthCheckId: &id, Disabled: aws.Bool(true)}))(z.T)
		},
		delete: func() error {
			return failure(z.dns.DeleteHealthCheck(z.ctx, &route53.DeleteHealthCheckInput{HealthCheckId: &id}))
		},
		gone:    "NoSuchHealthCheck",
		again:   "NoSuchHealthCheck",
		missing: 404,
	}
}

func delegationSetLife(p *place) life {
	var id string
	z := p.naming()
	return life{
		create: func() {
			made := must(z.dns.CreateReusableDelegationSet(z.ctx, &route53.CreateReusableDelegationSetInput{CallerReference: aws.String("tf")}))(z.T)
			id = strings.TrimPrefix(*made.DelegationSet.Id, "/delegationset/")
		},
		read: func() seen {
			return look(z.dns.GetReusableDelegationSet(z.ctx, &route53.GetReusableDelegationSetInput{Id: &id}))
		},
		delete: func() error {
			return failure(z.dns.DeleteReusableDelegationSet(z.ctx, &route53.DeleteReusableDelegationSetInput{Id: &id}))
		},
		gone:  "NoSuchDelegationSet",
		again: "NoSuchDelegationSet",
	}
}

func (z *naming) collection() *types.CidrCollection {
	return must(z.dns.CreateCidrCollection(z.ctx, &route53.CreateCidrCollectionInput{
		Name: aws.String("offices"), CallerReference: aws.String("tf"),
	}))(z.T).Collection
}

func cidrCollectionLife(p *place) life {
	var id *string
	z := p.naming()
	return life{
		create: func() { id = z.collection().Id },
		// It is found among all: there is no operation for one.
		read: func() seen {
			return look(z.dns.ListCidrCollections(z.ctx, &route53.ListCidrCollectionsInput{}))
		},
		delete: func() error {
			return failure(z.dns.DeleteCidrCollection(z.ctx, &route53.DeleteCidrCollectionInput{Id: id}))
		},
		again:   "NoSuchCidrCollectionException",
		missing: 404,
	}
}

func cidrLocationLife(p *place) life {
	z := p.naming()
	id := z.collection().Id
	change := func(action types.CidrCollectionChangeAction, blocks ...string) error {
		return failure(z.dns.ChangeCidrCollection(z.ctx, &route53.ChangeCidrCollectionInput{
			Id: id, Changes: []types.CidrCollectionChange{{LocationName: aws.String("seoul"), Action: action, CidrList: blocks}},
		}))
	}
	return life{
		create: func() { p.done(change(types.CidrCollectionChangeActionPut, "192.0.2.0/24")) },
		read: func() seen {
			return look(z.dns.ListCidrBlocks(z.ctx, &route53.ListCidrBlocksInput{CollectionId: id, LocationName: aws.String("seoul")}))
		},
		update: func() { p.done(change(types.CidrCollectionChangeActionPut, "198.51.100.0/24")) },
		delete: func() error {
			return change(types.CidrCollectionChangeActionDeleteIfExists, "192.0.2.0/24", "198.51.100.0/24")
		},
		gone:    "NoSuchCidrLocationException",
		missing: 404,
	}
}

func trafficPolicyLife(p *place) life {
	var id *string
	z := p.naming()
	document := `{"AWSPolicyFormatVersion":"2015-10-01","RecordType":"A","StartEndpoint":"e","Endpoints":{"e":{"Type":"value","Value":"192.0.2.1"}}}`
	return life{
		create: func() {
			id = must(z.dns.CreateTrafficPolicy(z.ctx, &route53.CreateTrafficPolicyInput{Name: aws.String("tf"), Document: &document}))(z.T).TrafficPolicy.Id
		},
		read: func() seen {
			return look(z.dns.GetTrafficPolicy(z.ctx, &route53.GetTrafficPolicyInput{Id: id, Version: aws.Int32(1)}))
		},
		update: func() {
			must(z.dns.UpdateTrafficPolicyComment(z.ctx, &route53.UpdateTrafficPolicyCommentInput{
				Id: id, Version: aws.Int32(1), Comment: aws.String("other"),
			}))(z.T)
		},
		delete: func() error {
			return failure(z.dns.DeleteTrafficPolicy(z.ctx, &route53.DeleteTrafficPolicyInput{Id: id, Version: aws.Int32(1)}))
		},
		gone:    "NoSuchTrafficPolicy",
		again:   "NoSuchTrafficPolicy",
		missing: 404,
	}
}
