/* The files that somebody means to upload become a deployment: what `cert` and `renew` share. No socket is
 * opened. */
#ifndef COMMANDS_UPLOAD_H
#define COMMANDS_UPLOAD_H

#include "commands/secret.h"
#include "config/upload_role.h"
#include "facts/facts.h"

/* Each prints one line on stderr where it returns false or NULL. */

struct user_file_list {
    struct user_file **v;
    size_t n;
};

/* A file or folder given for something ("certificate", "key"…); option is named in the complaint, NULL for an
 * operand. Adds to `added` (may be NULL) the file, or those of the folder, also when they were known before.
 */
bool upload_add(struct facts *facts, struct secret *secret, const char *option, const char *path,
                const char *meant_as, struct user_file_list *added);
/* A key and a request (either may be NULL) that were given beside the certificate at that path, which may be
 * NULL. */
bool upload_beside(struct facts *facts, struct secret *secret, const char *key, const char *csr,
                   const char *certificate);
/* The deployment file alone: nothing that it names is opened. */
bool upload_deployment_alone(struct facts *facts, const char *path);
/* The deployment file, without opening what it names; then all that it names, each a file to be judged. */
bool upload_deployment(struct facts *facts, struct secret *secret, const char *path);
/* The node of that name in the deployment. */
struct node *upload_node(struct facts *facts, const char *name);
/* The same without a word where there is none: the one function here that does not complain. */
struct node *upload_node_known(struct facts *facts, const char *name);

/* The server certificate of the file is the node's from now on, for that purpose (NULL: an Expressway's). */
void upload_install(struct facts *facts, struct node *node, const char *purpose,
                    const struct user_file *file);
/* A node that is known by the file alone, in a deployment that is made when there is none. */
struct node *upload_node_of_file(struct facts *facts, const struct upload_role *role,
                                 const struct user_file *file);

/* Of these files those that hold a server certificate to be uploaded, each certificate once, in its most
 * uploadable form. */
struct user_file_list upload_candidates(struct arena *arena, const struct user_file_list *given);

#endif
