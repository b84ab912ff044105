/* What is a certificate for that somebody means to upload? The words of --role. */
#ifndef CONFIG_UPLOAD_ROLE_H
#define CONFIG_UPLOAD_ROLE_H

#include "facts/deployment.h"

struct upload_role {
    const char *name; /* "imp-cup-xmpp"; NULL ends the table */
    enum role role;
    const char
        *purpose; /* of Unified CM and IM and Presence, as in the deployment file; NULL of an Expressway */
};
extern const struct upload_role upload_roles[];

const struct upload_role *upload_role_find(const char *name); /* NULL: none of them */
char *upload_role_names(struct arena *arena);                 /* "expressway-e, expressway-c, … or capf" */

#endif
