//! Flows with what `ovs-ofctl` once showed of them. `WEFT_RECORD=1` writes the file anew from an installed Open vSwitch.

use std::path::Path;

use weft_ofctl::{Ofctl, differences_of_record, recorded};

use crate::flows::random_flow;
use crate::report;

const FILE: &str = "tests/vectors/flows.tsv";

/// Random flows in the file.
const RANDOM: u64 = 400;

/// Forms that `ovs-ofctl` takes and does not print.
const OTHER_FORMS: &[&str] = &[
    "actions=drop",
    "actions=",
    "ip,nw_src=10.1.2.3/255.0.0.0,actions=normal",
    "nw_src=1.2.3.4,dl_type=0x806 actions=in_port",
    "eth_type=0x800,ip_proto=6,tcp_dst=0x50 actions=1,2,controller",
    "tp_src=53,udp6,actions=controller:128",
    "dl_vlan=0xffff actions=mod_vlan_vid:5,output:2",
    "vlan_tci=0x1005/0x1fff,actions=set_vlan_pcp:3",
    "xxreg0=0x10000000000000002 actions=load:0x10000000000000002->xxreg1",
    "reg1[4..7]=3,xreg4=7/0xff actions=load:3->reg1[4..7],load:5->OXM_OF_ETH_SRC[0..15]",
    "ct_state=new|trk,ip actions=ct(table=1,zone=0x10)",
    "ct_state=0x21/0x3f,ip actions=ct(commit,zone=reg1[0..15],nat(dst=1.2.3.4),exec(load:1->ct_mark,move:reg0->ct_mark))",
    "tcp,tcp_flags=+syn-ack actions=fin_timeout(hard_timeout=3)",
    "tcp6,tcp_flags=0x12/0x1f actions=set_nw_ttl:4",
    "ip,nw_frag=not_later,nw_tos=252,nw_ecn=1,nw_ttl=64 actions=move:NXM_OF_IP_TOS[]->reg3[0..7]",
    "icmp6,icmp_type=136,icmp_code=0,nd_tll=1:2:3:4:5:6,nd_reserved=5 actions=set_field:7->nd_options_type",
    "mpls,mpls_label=5,mpls_bos=1 actions=pop_mpls:0x0800,dec_ttl",
    "priority=5,table=7,cookie=0x99,idle_timeout=3,hard_timeout=0x10,send_flow_rem,check_overlap,reset_counts,arp,arp_op=1,actions=flood",
    "cookie=0x5, duration=3.25s, table=7, n_packets=0, n_bytes=0, idle_age=2, priority=11,tcp,tp_dst=80 actions=output:2",
    "in_port=4294967294 actions=enqueue(4,5),enqueue:4q7,output:65533",
    "tun_metadata3=0x1234,tun_id=0x5/0xff,tun_flags=+oam actions=set_field:0x5->tun_metadata3,move:tun_metadata3[0..15]->reg0[0..15]",
    "packet_type=(1,0x894f),nsh_spi=5 actions=decap(),decap(packet_type(ns=1,type=0x800))",
    "eth actions=encap(nsh(md_type=2,tlv(0x1000,10,0x1234))),encap(ethernet)",
    "actions=learn(table=2,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],load:NXM_OF_IN_PORT[]->reg0[0..15],output:in_port,limit=4)",
    "actions=learn(dl_type=0x800,nw_dst=1.2.3.4,reg0[3..5]=0x4,result_dst=reg1[3])",
    "actions=bundle(eth_src,0,hrw,ofport,slaves:1,2),multipath(symmetric_l3l4+udp,1,iter_hash,16,3,reg0[0..7])",
    "actions=note:010203.04 05,write_metadata:0x55/0xff,goto_table:3",
    "actions=resubmit:3,resubmit(3),resubmit(,3),resubmit(3,4),clone(set_field:5->reg0,clone(drop))",
    "actions=output(max_len=100,port=local),output:reg0[0..15],output:NXM_NX_REG1[]",
    "actions=controller(),controller(id=3),controller(userdata=0102,pause)",
    "actions=sample(probability=1,obs_point_id=reg0,ingress)",
    "actions=conjunction(0x10, 1/2),conjunction(17,2/3)",
    "actions=check_pkt_larger(100)->reg0[5]",
    "actions=mod_dl_src:1:2:3:4:5:6,set_tunnel:0x123456789,set_tunnel64:5",
    "dl_vlan=7 actions=strip_vlan,push_vlan:0x88a8,set_field:4100->vlan_vid",
];

/// Rows of a flow, and for each version what is shown of it and its bytes.
#[test]
fn recorded_flows_are_still_the_same() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    if std::env::var_os("WEFT_RECORD").is_some() {
        let ofctl = Ofctl::installed("recording").expect("OVN_PREFIX is needed to record");
        std::fs::write(&path, recorded(&ofctl, &lines())).expect("the file is written");
    }
    let file = std::fs::read_to_string(&path).expect("the recorded flows are there");
    assert_eq!(file.lines().count(), OTHER_FORMS.len() + RANDOM as usize);
    report(differences_of_record(&file));
}

fn lines() -> Vec<String> {
    let random = (0..RANDOM).map(|seed| random_flow(seed).dump_text(None));
    OTHER_FORMS.iter().map(|line| line.to_string()).chain(random).collect()
}
