/* What to ask a CA for: the OpenSSL request configuration of a node, with all names that the guide demands,
 * both key usages and SHA-256 (certificate guide X14.3, chapters 1 to 3 and appendix B). See request.h. */
#include "commands/request.h"

#include <string.h>

#include "expressway/names.h"
#include "expressway/required.h"

/* The file is read by OpenSSL, where '$', '#', quotes and backslashes mean something; host names have none of
 * them, and what is no FQDN is not asked for. */
static void names_write(FILE *out, const struct required_names *names) {
    for (size_t i = 0; i < names->n; i++)
        fprintf(out, "DNS.%zu = %-40s # %s\n", i + 1, names->v[i]->name,
                enum_text(required_whys, (int)names->v[i]->why));
}

static void left_out_write(FILE *out, const struct request *r) {
    const struct texts *profiles = &r->deployment->c.phone_profiles;
    for (size_t i = 0; r->node->role == ROLE_EXPRESSWAY_C && i < profiles->n; i++)
        if (!name_is_fqdn(profiles->v[i]))
            fprintf(out, "# left out, no FQDN; rename the phone security profile in Unified CM first: %s\n",
                    text_from_wire_cut(r->arena, profiles->v[i], strlen(profiles->v[i]), 80));
}

static void head_write(FILE *out, const struct request *r, const struct required_names *names) {
    fprintf(out, "# OpenSSL request configuration for %s (%s), made by edgeprobe from %s\n#\n", r->node->name,
            enum_text(roles, (int)r->node->role), r->deployment->file);
    fputs(
        "#   openssl req -new -config THIS -newkey rsa:4096 -nodes -keyout server.key -out request.csr\n"
        "#   openssl req -in request.csr -noout -verify -text\n#\n"
        "# From X14.3 with an ECDSA key (P-256, P-384 or P-521) instead:\n"
        "#   openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out server.key\n"
        "#   openssl req -new -config THIS -key server.key -out request.csr\n#\n"
        "# A CA of your own: openssl ca with copy_extensions = copy, else names and usages are lost. AD CS:\n"
        "#   certreq -submit -attrib \"CertificateTemplate:NAME\" request.csr   (a template with both "
        "usages)\n#\n"
        "# Or on the box, without this file: Maintenance > Security > Server certificate > Generate CSR, "
        "with these\n"
        "# additional alternative names (the box's and the cluster's own it adds itself):\n#   ",
        out);
    for (size_t i = 0; i < names->n; i++)
        fprintf(out, "%s%s", i == 0 ? "" : ",", names->v[i]->name);
    fputs("\n# One request can be pending at a time; do not discard it before its certificate is "
          "installed.\n\n",
          out);
}

bool request_write(FILE *out, void *context) {
    const struct request *r = context;
    struct required_names names = {0};
    const char *common_name;
    required_names_of(r->arena, r->deployment, r->node, &names, &common_name);
    head_write(out, r, &names);
    fprintf(out,
            "[req]\n"
            "default_md = sha256\n"
            "prompt = no\n"
            "utf8 = yes\n"
            "string_mask = utf8only\n"
            "distinguished_name = subject\n"
            "req_extensions = v3_req\n\n"
            "[subject]\n"
            "# The CSR page of Expressway wants these, too; a CA may ignore them:\n"
            "# C = two letters\n# ST = state\n# L = city\n# O = organisation\n# OU = department\n"
            "CN = %s\n\n"
            "[v3_req]\n"
            "basicConstraints = CA:FALSE\n"
            "keyUsage = critical, digitalSignature, keyEncipherment\n"
            "extendedKeyUsage = serverAuth, clientAuth\n",
            common_name);
    if (names.n > 0)
        fputs("subjectAltName = @names\n\n[names]\n", out);
    names_write(out, &names);
    left_out_write(out, r);
    return fflush(out) == 0 && !ferror(out);
}
