/* What is a certificate for that somebody means to upload? See upload_role.h. */
#include "config/upload_role.h"

#include <string.h>

#include "config/values.h"

const struct upload_role upload_roles[] = {{"expressway-e", ROLE_EXPRESSWAY_E, NULL},
                                           {"expressway-c", ROLE_EXPRESSWAY_C, NULL},
                                           {"ucm-callmanager", ROLE_UCM, "callmanager"},
                                           {"ucm-tomcat", ROLE_UCM, "tomcat"},
                                           {"imp-tomcat", ROLE_IMP, "tomcat"},
                                           {"imp-cup", ROLE_IMP, "cup"},
                                           {"imp-cup-xmpp", ROLE_IMP, "cup-xmpp"},
                                           {"imp-cup-xmpp-s2s", ROLE_IMP, "cup-xmpp-s2s"},
                                           {"imp-ipsec", ROLE_IMP, "ipsec"},
                                           {"capf", ROLE_UCM, "capf"},
                                           {NULL, ROLE_NONE, NULL}};

const struct upload_role *upload_role_find(const char *name) {
    for (const struct upload_role *role = upload_roles; role->name != NULL; role++)
        if (strcmp(role->name, name) == 0)
            return role;
    return NULL;
}

char *upload_role_names(struct arena *arena) {
    struct texts names = {NULL, 0};
    for (const struct upload_role *role = upload_roles; role->name != NULL; role++)
        texts_add(arena, &names, role->name);
    return value_choice(arena, &names);
}
