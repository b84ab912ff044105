/* Which edgeprobe is this? The one place that says so. */
#ifndef FACTS_VERSION_H
#define FACTS_VERSION_H

#define EDGEPROBE_VERSION "0.1.0"

#endif
