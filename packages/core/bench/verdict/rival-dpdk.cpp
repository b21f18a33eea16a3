// The rival in DPDK: librte_acl, a rule for each peer of each rule, the asked group as a field.
//
// A packet is what DPDK's own programs classify: protocol, two addresses, two ports. The peer's
// address is the source; the asked group stands for the destination; the group the peer carries
// stands for the source port, so that DPDK gets it for free. Two orders of fields: that of
// DPDK's programs, and the group before the address.
#include "rival-dpdk.h"

#include <rte_acl.h>
#include <rte_byteorder.h>
#include <rte_eal.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

struct Packet {
  uint8_t protocol, pad[3];
  uint32_t ip, group;
  uint16_t remote, port;
};

enum Field { PROTOCOL, FIRST, SECOND, REMOTE, PORT, FIELD_COUNT };
RTE_ACL_RULE_DEF(Rule, FIELD_COUNT);

struct FileRule {
  uint32_t group, ip, length, remote, protocol, hasProtocol, low, high;
};

struct Acl {
  rte_acl_ctx *context;
  enum rte_acl_classify_alg method;
};

static const uint32_t burst = 256;
static Acl stock, groupFirst;
static std::vector<Packet> packets;
static std::vector<const uint8_t *> pointers;
static std::vector<uint32_t> results;

static void fail(const char *what, int code) {
  fprintf(stderr, "DPDK: %s failed with %d\n", what, code);
  exit(70);
}

static std::vector<uint32_t> readWords(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) exit(66);
  fseek(file, 0, SEEK_END);
  std::vector<uint32_t> words(ftell(file) / 4);
  rewind(file);
  if (fread(words.data(), 4, words.size(), file) != words.size()) exit(66);
  fclose(file);
  return words;
}

// All cores, so that the scheduler may place this process as it does the others.
static void startEal() {
  const std::string last = std::to_string(sysconf(_SC_NPROCESSORS_ONLN) - 1);
  std::vector<std::string> texts = {"rival", "--no-huge", "--no-pci", "--no-shconf"};
  texts.insert(texts.end(), {"--no-telemetry", "--log-level=3", "-m", "4096"});
  texts.insert(texts.end(), {"--lcores", "0@(0-" + last + ")", "--force-max-simd-bitwidth=512"});
  std::vector<char *> arguments;
  for (std::string &text : texts) arguments.push_back(text.data());
  const int code = rte_eal_init(static_cast<int>(arguments.size()), arguments.data());
  if (code < 0) fail("rte_eal_init", code);
}

static void define(rte_acl_config &config, bool isGroupFirst) {
  const uint32_t first = isGroupFirst ? offsetof(Packet, group) : offsetof(Packet, ip);
  const uint32_t second = isGroupFirst ? offsetof(Packet, ip) : offsetof(Packet, group);
  config.num_categories = 1;
  config.num_fields = FIELD_COUNT;
  config.defs[PROTOCOL] = {RTE_ACL_FIELD_TYPE_BITMASK, 1, PROTOCOL, 0, offsetof(Packet, protocol)};
  config.defs[FIRST] = {RTE_ACL_FIELD_TYPE_MASK, 4, FIRST, 1, first};
  config.defs[SECOND] = {RTE_ACL_FIELD_TYPE_MASK, 4, SECOND, 2, second};
  config.defs[REMOTE] = {RTE_ACL_FIELD_TYPE_RANGE, 2, REMOTE, 3, offsetof(Packet, remote)};
  config.defs[PORT] = {RTE_ACL_FIELD_TYPE_RANGE, 2, PORT, 3, offsetof(Packet, port)};
}

static Rule ruleOf(const FileRule &from, bool isGroupFirst) {
  Rule rule{};
  rule.data = {1, 1, 1};
  rule.field[PROTOCOL].value.u8 = from.protocol;
  rule.field[PROTOCOL].mask_range.u8 = from.hasProtocol ? 0xff : 0;
  const Field ip = isGroupFirst ? SECOND : FIRST, group = isGroupFirst ? FIRST : SECOND;
  rule.field[ip].value.u32 = from.ip;
  rule.field[ip].mask_range.u32 = from.length;
  rule.field[group].value.u32 = from.group;
  rule.field[group].mask_range.u32 = 32;
  rule.field[REMOTE].value.u16 = from.remote;
  rule.field[REMOTE].mask_range.u16 = from.remote ? from.remote : 0xffff;
  rule.field[PORT].value.u16 = from.low;
  rule.field[PORT].mask_range.u16 = from.high;
  return rule;
}

static void classify(const Acl &acl, uint32_t first, uint32_t end) {
  for (uint32_t at = first; at < end; at += burst) {
    const uint32_t count = end - at < burst ? end - at : burst;
    rte_acl_classify_alg(acl.context, &pointers[at], &results[at], count, 1, acl.method);
  }
}

static double cpuNs() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1e9 + now.tv_nsec;
}

// The method that takes least for a quarter of the headers.
static void chooseMethod(Acl &acl, const char *name) {
  static const std::pair<enum rte_acl_classify_alg, const char *> methods[] = {
      {RTE_ACL_CLASSIFY_SSE, "sse"},
      {RTE_ACL_CLASSIFY_AVX2, "avx2"},
      {RTE_ACL_CLASSIFY_AVX512X16, "avx512x16"},
      {RTE_ACL_CLASSIFY_AVX512X32, "avx512x32"}};
  double least = 1e30;
  const char *chosen = "none";
  for (const auto &[method, text] : methods) {
    if (rte_acl_set_ctx_classify(acl.context, method) != 0) continue;
    const Acl candidate = {acl.context, method};
    for (int round = 0; round < 3; round++) {
      const double start = cpuNs();
      classify(candidate, 0, packets.size() / 4);
      const double taken = cpuNs() - start;
      if (taken >= least) continue;
      least = taken;
      acl.method = method;
      chosen = text;
    }
  }
  fprintf(stderr, "DPDK %s: %s\n", name, chosen);
}

static Acl build(const std::vector<FileRule> &rules, bool isGroupFirst) {
  const char *name = isGroupFirst ? "group first" : "stock order";
  const rte_acl_param parameters = {name, -1, RTE_ACL_RULE_SZ(FIELD_COUNT),
                                    static_cast<uint32_t>(rules.size())};
  Acl acl{rte_acl_create(&parameters), RTE_ACL_CLASSIFY_SCALAR};
  if (!acl.context) fail("rte_acl_create", 0);
  for (const FileRule &from : rules) {
    const Rule rule = ruleOf(from, isGroupFirst);
    const int code =
        rte_acl_add_rules(acl.context, reinterpret_cast<const rte_acl_rule *>(&rule), 1);
    if (code != 0) fail("rte_acl_add_rules", code);
  }
  rte_acl_config config{};
  define(config, isGroupFirst);
  const int code = rte_acl_build(acl.context, &config);
  if (code != 0) fail("rte_acl_build", code);
  chooseMethod(acl, name);
  return acl;
}

void openAcl(const char *path, const Headers &headers) {
  const std::vector<uint32_t> words = readWords(path);
  const uint32_t ruleCount = words[0];
  std::vector<FileRule> rules(ruleCount);
  memcpy(rules.data(), &words[1], ruleCount * sizeof(FileRule));
  const uint32_t *groups = &words[1 + ruleCount * sizeof(FileRule) / 4];
  const uint32_t *remotes = groups + headers.count;
  packets.resize(headers.count);
  pointers.resize(headers.count);
  results.resize(headers.count);
  for (uint32_t at = 0; at < headers.count; at++) {
    Packet &packet = packets[at];
    packet.protocol = headers.protocols[at];
    packet.ip = rte_cpu_to_be_32(headers.ips[at]);
    packet.group = rte_cpu_to_be_32(groups[at]);
    packet.remote = rte_cpu_to_be_16(remotes[at]);
    packet.port = rte_cpu_to_be_16(headers.ports[at]);
    pointers[at] = reinterpret_cast<const uint8_t *>(&packet);
  }
  startEal();
  stock = build(rules, false);
  groupFirst = build(rules, true);
}

void runAclStock(uint32_t first, uint32_t end) { classify(stock, 8 * first, 8 * end); }

void runAclGroupFirst(uint32_t first, uint32_t end) { classify(groupFirst, 8 * first, 8 * end); }

void packAcl(uint8_t *allowed) {
  memset(allowed, 0, results.size() / 8);
  for (uint32_t at = 0; at < results.size(); at++) allowed[at >> 3] |= (results[at] & 1) << (at & 7);
}
