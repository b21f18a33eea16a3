// The access control lists of DPDK, over the rules and headers of a file that rival-acl.mjs writes.
#pragma once
#include <cstdint>

struct Headers {
  uint32_t count;
  const int32_t *ips;
  const uint16_t *ports;
  const uint8_t *protocols;
};

/** Builds both field orders; prints what it chose to stderr. */
void openAcl(const char *path, const Headers &headers);
/** Classifies blocks of eight headers; results stay DPDK's own, a word a header. */
void runAclStock(uint32_t first, uint32_t end);
void runAclGroupFirst(uint32_t first, uint32_t end);
/** The results of all headers as bits. */
void packAcl(uint8_t *allowed);
