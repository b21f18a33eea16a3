import "./ipam-stack.ts";
import "./ipam-nodes.suite.ts";
import "./ipam-branches.suite.ts";
import "./ipam-addresses.suite.ts";
