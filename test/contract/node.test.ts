import "./node-stack.ts";
import "./node-add.suite.ts";
import "./node-pods.suite.ts";
import "./node-kernel.suite.ts";
import "./every-server.suite.ts";
import "./every-method.suite.ts";
