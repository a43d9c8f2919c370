export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

export type Database = {
  public: {
    Tables: {
      audit_events: {
        Row: {
          action: string;
          actor_email: string | null;
          actor_id: string | null;
          actor_role: string | null;
          actor_salt: string | null;
          after: Json | null;
          before: Json | null;
          content_salt: string | null;
          details: Json | null;
          id: string;
          ip: unknown;
          occurred_at: string;
          reason: string | null;
          request_id: string | null;
          schema_version: number;
          session_id: string | null;
          succeeded: boolean;
          target_id: string | null;
          target_label: string | null;
          target_type: string;
          tenant_id: string | null;
          transaction_id: number;
          user_agent: string | null;
        };
        ComputedFields: never;
        Insert: {
          action: string;
          actor_email?: string | null;
          actor_id?: string | null;
          actor_role?: string | null;
          actor_salt?: string | null;
          after?: Json | null;
          before?: Json | null;
          content_salt?: string | null;
          details?: Json | null;
          id?: string;
          ip?: unknown;
          occurred_at?: string;
          reason?: string | null;
          request_id?: string | null;
          schema_version?: number;
          session_id?: string | null;
          succeeded?: boolean;
          target_id?: string | null;
          target_label?: string | null;
          target_type: string;
          tenant_id?: string | null;
          transaction_id?: number;
          user_agent?: string | null;
        };
        Update: {
          action?: string;
          actor_email?: string | null;
          actor_id?: string | null;
          actor_role?: string | null;
          actor_salt?: string | null;
          after?: Json | null;
          before?: Json | null;
          content_salt?: string | null;
          details?: Json | null;
          id?: string;
          ip?: unknown;
          occurred_at?: string;
          reason?: string | null;
          request_id?: string | null;
          schema_version?: number;
          session_id?: string | null;
          succeeded?: boolean;
          target_id?: string | null;
          target_label?: string | null;
          target_type?: string;
          tenant_id?: string | null;
          transaction_id?: number;
          user_agent?: string | null;
        };
        Relationships: [];
      };
      clients: {
        Row: {
          archived_at: string | null;
          created_at: string;
          created_by: string | null;
          email: string | null;
          first_name: string;
          id: string;
          last_name: string;
          phone: string | null;
          sort_name: string;
          tenant_id: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          archived_at?: string | null;
          created_at?: string;
          created_by?: string | null;
          email?: string | null;
          first_name?: string;
          id?: string;
          last_name?: string;
          phone?: string | null;
          sort_name?: never;
          tenant_id: string;
          updated_at?: string;
        };
        Update: {
          archived_at?: string | null;
          created_at?: string;
          created_by?: string | null;
          email?: string | null;
          first_name?: string;
          id?: string;
          last_name?: string;
          phone?: string | null;
          sort_name?: never;
          tenant_id?: string;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'clients_tenant_id_created_by_fkey';
            columns: ['tenant_id', 'created_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'clients_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
        ];
      };
      invitations: {
        Row: {
          created_at: string;
          created_by: string | null;
          delivered_at: string | null;
          delivery: string;
          delivery_error: string | null;
          delivery_provider_id: string | null;
          email: string;
          expires_at: string;
          id: string;
          revealed: boolean;
          revoked_at: string | null;
          revoked_by: string | null;
          role: string;
          tenant_id: string | null;
          token_hash: string | null;
          token_issued_at: string | null;
          used_at: string | null;
          used_by: string | null;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          created_by?: string | null;
          delivered_at?: string | null;
          delivery?: string;
          delivery_error?: string | null;
          delivery_provider_id?: string | null;
          email: string;
          expires_at?: string;
          id?: string;
          revealed?: boolean;
          revoked_at?: string | null;
          revoked_by?: string | null;
          role: string;
          tenant_id?: string | null;
          token_hash?: string | null;
          token_issued_at?: string | null;
          used_at?: string | null;
          used_by?: string | null;
        };
        Update: {
          created_at?: string;
          created_by?: string | null;
          delivered_at?: string | null;
          delivery?: string;
          delivery_error?: string | null;
          delivery_provider_id?: string | null;
          email?: string;
          expires_at?: string;
          id?: string;
          revealed?: boolean;
          revoked_at?: string | null;
          revoked_by?: string | null;
          role?: string;
          tenant_id?: string | null;
          token_hash?: string | null;
          token_issued_at?: string | null;
          used_at?: string | null;
          used_by?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'invitations_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
        ];
      };
      memberships: {
        Row: {
          deletion_id: string | null;
          id: string;
          joined_at: string;
          permissions: string[];
          role: string;
          status: string;
          status_changed_at: string;
          status_changed_by: string | null;
          status_reason: string | null;
          tenant_id: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          deletion_id?: string | null;
          id?: string;
          joined_at?: string;
          permissions?: string[];
          role: string;
          status?: string;
          status_changed_at?: string;
          status_changed_by?: string | null;
          status_reason?: string | null;
          tenant_id: string;
          user_id: string;
        };
        Update: {
          deletion_id?: string | null;
          id?: string;
          joined_at?: string;
          permissions?: string[];
          role?: string;
          status?: string;
          status_changed_at?: string;
          status_changed_by?: string | null;
          status_reason?: string | null;
          tenant_id?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'memberships_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'memberships_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['user_id'];
          },
        ];
      };
      platform_admins: {
        Row: {
          created_at: string;
          created_by: string | null;
          status: string;
          status_changed_at: string;
          status_reason: string | null;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          created_by?: string | null;
          status?: string;
          status_changed_at?: string;
          status_reason?: string | null;
          user_id: string;
        };
        Update: {
          created_at?: string;
          created_by?: string | null;
          status?: string;
          status_changed_at?: string;
          status_reason?: string | null;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'platform_admins_user_id_fkey';
            columns: ['user_id'];
            isOneToOne: true;
            referencedRelation: 'profiles';
            referencedColumns: ['user_id'];
          },
        ];
      };
      profiles: {
        Row: {
          created_at: string;
          deleted_at: string | null;
          deleted_by: string | null;
          deletion_id: string | null;
          email: string;
          erased_at: string | null;
          first_name: string;
          language: string;
          last_name: string;
          search_text: string;
          sort_name: string;
          status: string;
          status_changed_at: string | null;
          status_reason: string | null;
          time_zone: string | null;
          updated_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          deleted_at?: string | null;
          deleted_by?: string | null;
          deletion_id?: string | null;
          email: string;
          erased_at?: string | null;
          first_name?: string;
          language?: string;
          last_name?: string;
          search_text?: never;
          sort_name?: never;
          status?: string;
          status_changed_at?: string | null;
          status_reason?: string | null;
          time_zone?: string | null;
          updated_at?: string;
          user_id: string;
        };
        Update: {
          created_at?: string;
          deleted_at?: string | null;
          deleted_by?: string | null;
          deletion_id?: string | null;
          email?: string;
          erased_at?: string | null;
          first_name?: string;
          language?: string;
          last_name?: string;
          search_text?: never;
          sort_name?: never;
          status?: string;
          status_changed_at?: string | null;
          status_reason?: string | null;
          time_zone?: string | null;
          updated_at?: string;
          user_id?: string;
        };
        Relationships: [];
      };
      support_grants: {
        Row: {
          admin_id: string;
          ended_as: string | null;
          ended_at: string | null;
          ended_by: string | null;
          expires_at: string;
          id: string;
          reads: number;
          reason: string;
          starts_at: string;
          tenant_id: string;
        };
        ComputedFields: never;
        Insert: {
          admin_id: string;
          ended_as?: string | null;
          ended_at?: string | null;
          ended_by?: string | null;
          expires_at: string;
          id?: string;
          reads?: number;
          reason: string;
          starts_at?: string;
          tenant_id: string;
        };
        Update: {
          admin_id?: string;
          ended_as?: string | null;
          ended_at?: string | null;
          ended_by?: string | null;
          expires_at?: string;
          id?: string;
          reads?: number;
          reason?: string;
          starts_at?: string;
          tenant_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'support_grants_admin_id_fkey';
            columns: ['admin_id'];
            isOneToOne: false;
            referencedRelation: 'platform_admins';
            referencedColumns: ['user_id'];
          },
          {
            foreignKeyName: 'support_grants_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
        ];
      };
      tenants: {
        Row: {
          created_at: string;
          created_by: string | null;
          deleted_at: string | null;
          deleted_by: string | null;
          deletion_id: string | null;
          id: string;
          max_seats: number;
          name: string;
          search_text: string;
          slug: string;
          status: string;
          status_changed_at: string | null;
          status_reason: string | null;
          time_zone: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          created_by?: string | null;
          deleted_at?: string | null;
          deleted_by?: string | null;
          deletion_id?: string | null;
          id?: string;
          max_seats: number;
          name: string;
          search_text?: never;
          slug: string;
          status?: string;
          status_changed_at?: string | null;
          status_reason?: string | null;
          time_zone?: string;
          updated_at?: string;
        };
        Update: {
          created_at?: string;
          created_by?: string | null;
          deleted_at?: string | null;
          deleted_by?: string | null;
          deletion_id?: string | null;
          id?: string;
          max_seats?: number;
          name?: string;
          search_text?: never;
          slug?: string;
          status?: string;
          status_changed_at?: string | null;
          status_reason?: string | null;
          time_zone?: string;
          updated_at?: string;
        };
        Relationships: [];
      };
    };
    Views: {
      [_ in never]: never;
    };
    Functions: {
      accept_invitation: { Args: { token: string }; Returns: Json };
      active_support: { Args: { tenant_id: string }; Returns: Json };
      admin_audit_status: { Args: Record<PropertyKey, never>; Returns: Json };
      admin_create_tenant: {
        Args: { max_seats: number; name: string; owner_email: string; slug: string; time_zone?: string };
        Returns: Json;
      };
      admin_delete_tenant: { Args: { reason: string; tenant_id: string }; Returns: Json };
      admin_delete_user: { Args: { reason: string; user_id: string }; Returns: Json };
      admin_end_support_access: { Args: { support_grant_id: string }; Returns: Json };
      admin_export_audit_events: {
        Args: {
          action?: string;
          actor?: string;
          after_id?: string;
          after_time?: string;
          search?: string;
          since?: string;
          tenant_id?: string;
          until?: string;
        };
        Returns: Json;
      };
      admin_get_tenant: { Args: { tenant_id: string }; Returns: Json };
      admin_get_user: { Args: { user_id: string }; Returns: Json };
      admin_grant_super_admin: { Args: { reason: string; user_id: string }; Returns: Json };
      admin_invite: { Args: { email: string; role: string; tenant_id: string }; Returns: Json };
      admin_list_audit_anchors: { Args: Record<PropertyKey, never>; Returns: Json };
      admin_list_audit_events: {
        Args: {
          action?: string;
          actor?: string;
          after_id?: string;
          after_time?: string;
          page_size?: number;
          search?: string;
          since?: string;
          target_id?: string;
          target_type?: string;
          tenant_id?: string;
          until?: string;
        };
        Returns: Json;
      };
      admin_list_status_transitions: { Args: Record<PropertyKey, never>; Returns: Json };
      admin_list_support_grants: { Args: Record<PropertyKey, never>; Returns: Json };
      admin_list_tenants: {
        Args: {
          after_id?: string;
          after_name?: string;
          page_size?: number;
          search?: string;
          status?: string;
        };
        Returns: Json;
      };
      admin_list_users: {
        Args: {
          after_id?: string;
          after_name?: string;
          page_size?: number;
          search?: string;
          status?: string;
        };
        Returns: Json;
      };
      admin_open_support_access: {
        Args: { minutes: number; reason: string; tenant_id: string };
        Returns: Json;
      };
      admin_overview: { Args: Record<PropertyKey, never>; Returns: Json };
      admin_remove_member: { Args: { reason: string; tenant_id: string; user_id: string }; Returns: Json };
      admin_restore_member: { Args: { reason: string; tenant_id: string; user_id: string }; Returns: Json };
      admin_restore_tenant: { Args: { reason: string; tenant_id: string }; Returns: Json };
      admin_restore_user: { Args: { reason: string; user_id: string }; Returns: Json };
      admin_resume_tenant: { Args: { reason: string; tenant_id: string }; Returns: Json };
      admin_resume_user: { Args: { reason: string; user_id: string }; Returns: Json };
      admin_revoke_super_admin: { Args: { reason: string; user_id: string }; Returns: Json };
      admin_set_audit_retention: { Args: { months: number; reason: string }; Returns: Json };
      admin_set_member_role: {
        Args: { reason: string; role: string; tenant_id: string; user_id: string };
        Returns: Json;
      };
      admin_set_seats: { Args: { max_seats: number; tenant_id: string }; Returns: Json };
      admin_support_get_client: { Args: { client_id: string; support_grant_id: string }; Returns: Json };
      admin_support_list_clients: {
        Args: {
          after_id?: string;
          after_name?: string;
          page_size?: number;
          search?: string;
          support_grant_id: string;
        };
        Returns: Json;
      };
      admin_support_show: { Args: { look_id: string }; Returns: Json };
      admin_suspend_tenant: { Args: { reason: string; tenant_id: string }; Returns: Json };
      admin_suspend_user: { Args: { reason: string; user_id: string }; Returns: Json };
      admin_transfer_ownership: {
        Args: { from_user_id: string; reason: string; tenant_id: string; to_user_id: string };
        Returns: Json;
      };
      admin_update_tenant: {
        Args: { name: string; seen_updated_at?: string; tenant_id: string; time_zone: string };
        Returns: Json;
      };
      admin_update_user: {
        Args: {
          first_name: string;
          language: string;
          last_name: string;
          seen_updated_at?: string;
          time_zone?: string;
          user_id: string;
        };
        Returns: Json;
      };
      bootstrap_super_admin: { Args: { email: string; token_hash: string }; Returns: Json };
      claim_audit_anchor: { Args: Record<PropertyKey, never>; Returns: Json };
      end_support_access: { Args: { support_grant_id: string; tenant_id: string }; Returns: Json };
      export_audit_events: {
        Args: {
          action?: string;
          actor?: string;
          after_id?: string;
          after_time?: string;
          search?: string;
          since?: string;
          tenant_id: string;
          until?: string;
        };
        Returns: Json;
      };
      get_clinic_settings: { Args: { tenant_id: string }; Returns: Json };
      invite_member: { Args: { email: string; tenant_id: string }; Returns: Json };
      issue_invitation_token: {
        Args: {
          actor_assurance?: string;
          actor_id: string;
          invitation_id: string;
          revealed?: boolean;
          token_hash: string;
        };
        Returns: Json;
      };
      list_audit_events: {
        Args: {
          action?: string;
          actor?: string;
          after_id?: string;
          after_time?: string;
          page_size?: number;
          search?: string;
          since?: string;
          tenant_id: string;
          until?: string;
        };
        Returns: Json;
      };
      list_support_grants: { Args: { tenant_id: string }; Returns: Json };
      list_team: { Args: { tenant_id: string }; Returns: Json };
      my_access: { Args: Record<PropertyKey, never>; Returns: Json };
      preview_invitation: { Args: { token: string }; Returns: Json };
      record_audit_anchor_delivery: { Args: { day: string; error?: string; outcome: string }; Returns: Json };
      record_invitation_delivery: {
        Args: {
          error?: string;
          invitation_id: string;
          outcome: string;
          provider_id?: string;
          token_hash: string;
        };
        Returns: Json;
      };
      record_password_attempt: { Args: { event: Json }; Returns: Json };
      remove_member: { Args: { tenant_id: string; user_id: string }; Returns: Json };
      restore_member: { Args: { reason: string; tenant_id: string; user_id: string }; Returns: Json };
      revoke_invitation: { Args: { invitation_id: string }; Returns: Json };
      set_member_permissions: {
        Args: { permissions: string[]; tenant_id: string; user_id: string };
        Returns: Json;
      };
      update_clinic_settings: { Args: { name: string; tenant_id: string; time_zone: string }; Returns: Json };
    };
    Enums: {
      [_ in never]: never;
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
};

type DatabaseWithoutInternals = Omit<Database, '__InternalSupabase'>;

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, 'public'>];

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    keyof (DefaultSchema['Tables'] & DefaultSchema['Views']) | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'] &
        DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Views'])
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'] &
      DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Views'])[TableName] extends {
      Row: infer R;
    }
    ? R
    : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema['Tables'] & DefaultSchema['Views'])
    ? (DefaultSchema['Tables'] & DefaultSchema['Views'])[DefaultSchemaTableNameOrOptions] extends {
        Row: infer R;
      }
      ? R
      : never
    : never;

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    keyof DefaultSchema['Tables'] | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables']
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'][TableName] extends {
      Insert: infer I;
    }
    ? I
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema['Tables']
    ? DefaultSchema['Tables'][DefaultSchemaTableNameOrOptions] extends {
        Insert: infer I;
      }
      ? I
      : never
    : never;

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    keyof DefaultSchema['Tables'] | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables']
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'][TableName] extends {
      Update: infer U;
    }
    ? U
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema['Tables']
    ? DefaultSchema['Tables'][DefaultSchemaTableNameOrOptions] extends {
        Update: infer U;
      }
      ? U
      : never
    : never;

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    keyof DefaultSchema['Enums'] | { schema: keyof DatabaseWithoutInternals },
  EnumName extends (DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions['schema']]['Enums']
    : never) = never,
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions['schema']]['Enums'][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema['Enums']
    ? DefaultSchema['Enums'][DefaultSchemaEnumNameOrOptions]
    : never;

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    keyof DefaultSchema['CompositeTypes'] | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends (PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions['schema']]['CompositeTypes']
    : never) = never,
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions['schema']]['CompositeTypes'][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema['CompositeTypes']
    ? DefaultSchema['CompositeTypes'][PublicCompositeTypeNameOrOptions]
    : never;

export const Constants = {
  public: {
    Enums: {},
  },
} as const;
