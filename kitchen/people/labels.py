"""What people call the roles; catalogue ids."""

from __future__ import annotations

from kitchen.core.errors import N_

ROLES = {
    "reporter": N_("记者"),
    "editor": N_("编辑"),
    "committee": N_("编委"),
    "chief": N_("部门负责人"),
    "deputy": N_("分管负责人"),
    "head": N_("主要负责人"),
    "leader": N_("分管区领导"),
    "operator": N_("渠道运营"),
    "duty": N_("值班"),
    "stringer": N_("通讯员"),
    "stringer_head": N_("通讯员组长"),
    "keeper": N_("账号管理员"),
    "unit_head": N_("单位主要负责人"),
    "cyberspace": N_("网信办"),
    "department": N_("问政承办"),
    "liaison": N_("研判联络员"),
    "inspector": N_("巡查员"),
    "admin": N_("管理员"),
}
