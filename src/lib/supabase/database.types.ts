export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

export type Database = {
  public: {
    Tables: {
      activities: {
        Row: {
          actor_id: string | null;
          client_id: string;
          details: Json | null;
          id: string;
          kind: string;
          occurred_at: string;
          subject_id: string | null;
          subject_type: string;
          summary: string;
          tenant_id: string;
        };
        ComputedFields: never;
        Insert: {
          actor_id?: string | null;
          client_id: string;
          details?: Json | null;
          id?: string;
          kind: string;
          occurred_at?: string;
          subject_id?: string | null;
          subject_type: string;
          summary?: string;
          tenant_id: string;
        };
        Update: {
          actor_id?: string | null;
          client_id?: string;
          details?: Json | null;
          id?: string;
          kind?: string;
          occurred_at?: string;
          subject_id?: string | null;
          subject_type?: string;
          summary?: string;
          tenant_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'activities_tenant_id_actor_id_fkey';
            columns: ['tenant_id', 'actor_id'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'activities_tenant_id_client_id_fkey';
            columns: ['tenant_id', 'client_id'];
            isOneToOne: false;
            referencedRelation: 'clients';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'activities_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
        ];
      };
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
      client_files: {
        Row: {
          client_id: string;
          content_type: string;
          created_at: string;
          created_by: string | null;
          deleted_at: string | null;
          deleted_by: string | null;
          description: string;
          id: string;
          name: string;
          object_name: string;
          size: number;
          state: string;
          stored_at: string | null;
          tenant_id: string;
        };
        ComputedFields: never;
        Insert: {
          client_id: string;
          content_type: string;
          created_at?: string;
          created_by?: string | null;
          deleted_at?: string | null;
          deleted_by?: string | null;
          description?: string;
          id?: string;
          name: string;
          object_name?: string;
          size: number;
          state?: string;
          stored_at?: string | null;
          tenant_id: string;
        };
        Update: {
          client_id?: string;
          content_type?: string;
          created_at?: string;
          created_by?: string | null;
          deleted_at?: string | null;
          deleted_by?: string | null;
          description?: string;
          id?: string;
          name?: string;
          object_name?: string;
          size?: number;
          state?: string;
          stored_at?: string | null;
          tenant_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'client_files_tenant_id_client_id_fkey';
            columns: ['tenant_id', 'client_id'];
            isOneToOne: false;
            referencedRelation: 'clients';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'client_files_tenant_id_created_by_fkey';
            columns: ['tenant_id', 'created_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'client_files_tenant_id_deleted_by_fkey';
            columns: ['tenant_id', 'deleted_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'client_files_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
        ];
      };
      client_identifiers: {
        Row: {
          client_id: string;
          created_at: string;
          created_by: string | null;
          id: string;
          is_primary: boolean;
          is_shared: boolean;
          kind: string;
          label: string;
          normalised: string | null;
          raw: string;
          suffix: string | null;
          tenant_id: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          client_id: string;
          created_at?: string;
          created_by?: string | null;
          id?: string;
          is_primary?: boolean;
          is_shared?: boolean;
          kind: string;
          label?: string;
          normalised?: string | null;
          raw: string;
          suffix?: never;
          tenant_id: string;
          updated_at?: string;
        };
        Update: {
          client_id?: string;
          created_at?: string;
          created_by?: string | null;
          id?: string;
          is_primary?: boolean;
          is_shared?: boolean;
          kind?: string;
          label?: string;
          normalised?: string | null;
          raw?: string;
          suffix?: never;
          tenant_id?: string;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'client_identifiers_tenant_id_client_id_fkey';
            columns: ['tenant_id', 'client_id'];
            isOneToOne: false;
            referencedRelation: 'clients';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'client_identifiers_tenant_id_created_by_fkey';
            columns: ['tenant_id', 'created_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'client_identifiers_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
        ];
      };
      client_imports: {
        Row: {
          added: number;
          created_at: string;
          created_by: string | null;
          failed: number;
          file_name: string;
          finished_at: string | null;
          id: string;
          last_row: number;
          mapping: NonNullable<Json>;
          row_count: number;
          status: string;
          tenant_id: string;
          unchanged: number;
          updated: number;
        };
        ComputedFields: never;
        Insert: {
          added?: number;
          created_at?: string;
          created_by?: string | null;
          failed?: number;
          file_name: string;
          finished_at?: string | null;
          id?: string;
          last_row?: number;
          mapping?: NonNullable<Json>;
          row_count: number;
          status?: string;
          tenant_id: string;
          unchanged?: number;
          updated?: number;
        };
        Update: {
          added?: number;
          created_at?: string;
          created_by?: string | null;
          failed?: number;
          file_name?: string;
          finished_at?: string | null;
          id?: string;
          last_row?: number;
          mapping?: NonNullable<Json>;
          row_count?: number;
          status?: string;
          tenant_id?: string;
          unchanged?: number;
          updated?: number;
        };
        Relationships: [
          {
            foreignKeyName: 'client_imports_tenant_id_created_by_fkey';
            columns: ['tenant_id', 'created_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'client_imports_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
        ];
      };
      client_note_revisions: {
        Row: {
          body: string;
          edited_at: string;
          edited_by: string | null;
          id: string;
          note_id: string;
          revision: number;
          tenant_id: string;
        };
        ComputedFields: never;
        Insert: {
          body: string;
          edited_at: string;
          edited_by?: string | null;
          id?: string;
          note_id: string;
          revision: number;
          tenant_id: string;
        };
        Update: {
          body?: string;
          edited_at?: string;
          edited_by?: string | null;
          id?: string;
          note_id?: string;
          revision?: number;
          tenant_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'client_note_revisions_tenant_id_edited_by_fkey';
            columns: ['tenant_id', 'edited_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'client_note_revisions_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'client_note_revisions_tenant_id_note_id_fkey';
            columns: ['tenant_id', 'note_id'];
            isOneToOne: false;
            referencedRelation: 'client_notes';
            referencedColumns: ['tenant_id', 'id'];
          },
        ];
      };
      client_notes: {
        Row: {
          body: string;
          client_id: string;
          created_at: string;
          created_by: string | null;
          deleted_at: string | null;
          deleted_by: string | null;
          id: string;
          is_pinned: boolean;
          revision: number;
          tenant_id: string;
          updated_at: string;
          updated_by: string | null;
        };
        ComputedFields: never;
        Insert: {
          body: string;
          client_id: string;
          created_at?: string;
          created_by?: string | null;
          deleted_at?: string | null;
          deleted_by?: string | null;
          id?: string;
          is_pinned?: boolean;
          revision?: number;
          tenant_id: string;
          updated_at?: string;
          updated_by?: string | null;
        };
        Update: {
          body?: string;
          client_id?: string;
          created_at?: string;
          created_by?: string | null;
          deleted_at?: string | null;
          deleted_by?: string | null;
          id?: string;
          is_pinned?: boolean;
          revision?: number;
          tenant_id?: string;
          updated_at?: string;
          updated_by?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'client_notes_tenant_id_client_id_fkey';
            columns: ['tenant_id', 'client_id'];
            isOneToOne: false;
            referencedRelation: 'clients';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'client_notes_tenant_id_created_by_fkey';
            columns: ['tenant_id', 'created_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'client_notes_tenant_id_deleted_by_fkey';
            columns: ['tenant_id', 'deleted_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'client_notes_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'client_notes_tenant_id_updated_by_fkey';
            columns: ['tenant_id', 'updated_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
        ];
      };
      client_tags: {
        Row: {
          client_id: string;
          created_at: string;
          created_by: string | null;
          id: string;
          tag_id: string;
          tenant_id: string;
        };
        ComputedFields: never;
        Insert: {
          client_id: string;
          created_at?: string;
          created_by?: string | null;
          id?: string;
          tag_id: string;
          tenant_id: string;
        };
        Update: {
          client_id?: string;
          created_at?: string;
          created_by?: string | null;
          id?: string;
          tag_id?: string;
          tenant_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'client_tags_tenant_id_client_id_fkey';
            columns: ['tenant_id', 'client_id'];
            isOneToOne: false;
            referencedRelation: 'clients';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'client_tags_tenant_id_created_by_fkey';
            columns: ['tenant_id', 'created_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'client_tags_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'client_tags_tenant_id_tag_id_fkey';
            columns: ['tenant_id', 'tag_id'];
            isOneToOne: false;
            referencedRelation: 'tags';
            referencedColumns: ['tenant_id', 'id'];
          },
        ];
      };
      clients: {
        Row: {
          address_line1: string;
          address_line2: string;
          archived_at: string | null;
          city: string;
          consent_marketing: boolean;
          consent_reminders: boolean;
          country: string | null;
          created_at: string;
          created_by: string | null;
          date_of_birth: string | null;
          email: string | null;
          erased_at: string | null;
          first_name: string;
          id: string;
          last_activity_at: string | null;
          last_activity_kind: string | null;
          last_name: string;
          merged_at: string | null;
          merged_into: string | null;
          phone: string | null;
          postal_code: string;
          preferred_channel: string | null;
          region: string;
          search_text: string;
          sort_name: string;
          tenant_id: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          address_line1?: string;
          address_line2?: string;
          archived_at?: string | null;
          city?: string;
          consent_marketing?: boolean;
          consent_reminders?: boolean;
          country?: string | null;
          created_at?: string;
          created_by?: string | null;
          date_of_birth?: string | null;
          email?: string | null;
          erased_at?: string | null;
          first_name?: string;
          id?: string;
          last_activity_at?: string | null;
          last_activity_kind?: string | null;
          last_name?: string;
          merged_at?: string | null;
          merged_into?: string | null;
          phone?: string | null;
          postal_code?: string;
          preferred_channel?: string | null;
          region?: string;
          search_text?: string;
          sort_name?: never;
          tenant_id: string;
          updated_at?: string;
        };
        Update: {
          address_line1?: string;
          address_line2?: string;
          archived_at?: string | null;
          city?: string;
          consent_marketing?: boolean;
          consent_reminders?: boolean;
          country?: string | null;
          created_at?: string;
          created_by?: string | null;
          date_of_birth?: string | null;
          email?: string | null;
          erased_at?: string | null;
          first_name?: string;
          id?: string;
          last_activity_at?: string | null;
          last_activity_kind?: string | null;
          last_name?: string;
          merged_at?: string | null;
          merged_into?: string | null;
          phone?: string | null;
          postal_code?: string;
          preferred_channel?: string | null;
          region?: string;
          search_text?: string;
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
          {
            foreignKeyName: 'clients_tenant_id_merged_into_fkey';
            columns: ['tenant_id', 'merged_into'];
            isOneToOne: false;
            referencedRelation: 'clients';
            referencedColumns: ['tenant_id', 'id'];
          },
        ];
      };
      contact_points: {
        Row: {
          client_id: string | null;
          first_seen_at: string;
          id: string;
          kind: string;
          last_seen_at: string;
          match: string;
          tenant_id: string;
          value: string;
        };
        ComputedFields: never;
        Insert: {
          client_id?: string | null;
          first_seen_at?: string;
          id?: string;
          kind: string;
          last_seen_at?: string;
          match: string;
          tenant_id: string;
          value: string;
        };
        Update: {
          client_id?: string | null;
          first_seen_at?: string;
          id?: string;
          kind?: string;
          last_seen_at?: string;
          match?: string;
          tenant_id?: string;
          value?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'contact_points_tenant_id_client_id_fkey';
            columns: ['tenant_id', 'client_id'];
            isOneToOne: false;
            referencedRelation: 'clients';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'contact_points_tenant_id_fkey';
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
      providers: {
        Row: {
          archived_at: string | null;
          colour: string;
          created_at: string;
          created_by: string | null;
          id: string;
          member_id: string | null;
          name: string;
          sort: number;
          tenant_id: string;
          title: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          archived_at?: string | null;
          colour?: string;
          created_at?: string;
          created_by?: string | null;
          id?: string;
          member_id?: string | null;
          name: string;
          sort?: number;
          tenant_id: string;
          title?: string;
          updated_at?: string;
        };
        Update: {
          archived_at?: string | null;
          colour?: string;
          created_at?: string;
          created_by?: string | null;
          id?: string;
          member_id?: string | null;
          name?: string;
          sort?: number;
          tenant_id?: string;
          title?: string;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'providers_tenant_id_created_by_fkey';
            columns: ['tenant_id', 'created_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'providers_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'providers_tenant_id_member_id_fkey';
            columns: ['tenant_id', 'member_id'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
        ];
      };
      resources: {
        Row: {
          archived_at: string | null;
          colour: string;
          created_at: string;
          created_by: string | null;
          id: string;
          kind: string;
          name: string;
          tenant_id: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          archived_at?: string | null;
          colour?: string;
          created_at?: string;
          created_by?: string | null;
          id?: string;
          kind?: string;
          name: string;
          tenant_id: string;
          updated_at?: string;
        };
        Update: {
          archived_at?: string | null;
          colour?: string;
          created_at?: string;
          created_by?: string | null;
          id?: string;
          kind?: string;
          name?: string;
          tenant_id?: string;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'resources_tenant_id_created_by_fkey';
            columns: ['tenant_id', 'created_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'resources_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
        ];
      };
      saved_views: {
        Row: {
          created_at: string;
          created_by: string | null;
          filter: NonNullable<Json>;
          id: string;
          name: string;
          page: string;
          tenant_id: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          created_by?: string | null;
          filter?: NonNullable<Json>;
          id?: string;
          name: string;
          page: string;
          tenant_id: string;
          updated_at?: string;
        };
        Update: {
          created_at?: string;
          created_by?: string | null;
          filter?: NonNullable<Json>;
          id?: string;
          name?: string;
          page?: string;
          tenant_id?: string;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'saved_views_tenant_id_created_by_fkey';
            columns: ['tenant_id', 'created_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'saved_views_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
        ];
      };
      service_providers: {
        Row: {
          id: string;
          provider_id: string;
          service_id: string;
          tenant_id: string;
        };
        ComputedFields: never;
        Insert: {
          id?: string;
          provider_id: string;
          service_id: string;
          tenant_id: string;
        };
        Update: {
          id?: string;
          provider_id?: string;
          service_id?: string;
          tenant_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'service_providers_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'service_providers_tenant_id_provider_id_fkey';
            columns: ['tenant_id', 'provider_id'];
            isOneToOne: false;
            referencedRelation: 'providers';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'service_providers_tenant_id_service_id_fkey';
            columns: ['tenant_id', 'service_id'];
            isOneToOne: false;
            referencedRelation: 'services';
            referencedColumns: ['tenant_id', 'id'];
          },
        ];
      };
      service_resources: {
        Row: {
          id: string;
          resource_id: string;
          service_id: string;
          tenant_id: string;
        };
        ComputedFields: never;
        Insert: {
          id?: string;
          resource_id: string;
          service_id: string;
          tenant_id: string;
        };
        Update: {
          id?: string;
          resource_id?: string;
          service_id?: string;
          tenant_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'service_resources_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'service_resources_tenant_id_resource_id_fkey';
            columns: ['tenant_id', 'resource_id'];
            isOneToOne: false;
            referencedRelation: 'resources';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'service_resources_tenant_id_service_id_fkey';
            columns: ['tenant_id', 'service_id'];
            isOneToOne: false;
            referencedRelation: 'services';
            referencedColumns: ['tenant_id', 'id'];
          },
        ];
      };
      services: {
        Row: {
          archived_at: string | null;
          buffer_after_minutes: number;
          buffer_before_minutes: number;
          colour: string;
          created_at: string;
          created_by: string | null;
          currency: string;
          duration_minutes: number;
          id: string;
          name: string;
          price: number | null;
          tenant_id: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          archived_at?: string | null;
          buffer_after_minutes?: number;
          buffer_before_minutes?: number;
          colour?: string;
          created_at?: string;
          created_by?: string | null;
          currency?: string;
          duration_minutes?: number;
          id?: string;
          name: string;
          price?: number | null;
          tenant_id: string;
          updated_at?: string;
        };
        Update: {
          archived_at?: string | null;
          buffer_after_minutes?: number;
          buffer_before_minutes?: number;
          colour?: string;
          created_at?: string;
          created_by?: string | null;
          currency?: string;
          duration_minutes?: number;
          id?: string;
          name?: string;
          price?: number | null;
          tenant_id?: string;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'services_tenant_id_created_by_fkey';
            columns: ['tenant_id', 'created_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'services_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
        ];
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
      tags: {
        Row: {
          colour: string;
          created_at: string;
          created_by: string | null;
          id: string;
          name: string;
          tenant_id: string;
        };
        ComputedFields: never;
        Insert: {
          colour?: string;
          created_at?: string;
          created_by?: string | null;
          id?: string;
          name: string;
          tenant_id: string;
        };
        Update: {
          colour?: string;
          created_at?: string;
          created_by?: string | null;
          id?: string;
          name?: string;
          tenant_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'tags_tenant_id_created_by_fkey';
            columns: ['tenant_id', 'created_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'tags_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
        ];
      };
      tasks: {
        Row: {
          assignee_id: string | null;
          client_id: string | null;
          completed_at: string | null;
          completed_by: string | null;
          created_at: string;
          created_by: string | null;
          details: string;
          due_on: string | null;
          id: string;
          priority: string;
          revision: number;
          search_text: string;
          status: string;
          tenant_id: string;
          title: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          assignee_id?: string | null;
          client_id?: string | null;
          completed_at?: string | null;
          completed_by?: string | null;
          created_at?: string;
          created_by?: string | null;
          details?: string;
          due_on?: string | null;
          id?: string;
          priority?: string;
          revision?: number;
          search_text?: never;
          status?: string;
          tenant_id: string;
          title: string;
          updated_at?: string;
        };
        Update: {
          assignee_id?: string | null;
          client_id?: string | null;
          completed_at?: string | null;
          completed_by?: string | null;
          created_at?: string;
          created_by?: string | null;
          details?: string;
          due_on?: string | null;
          id?: string;
          priority?: string;
          revision?: number;
          search_text?: never;
          status?: string;
          tenant_id?: string;
          title?: string;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'tasks_tenant_id_assignee_id_fkey';
            columns: ['tenant_id', 'assignee_id'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'tasks_tenant_id_client_id_fkey';
            columns: ['tenant_id', 'client_id'];
            isOneToOne: false;
            referencedRelation: 'clients';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'tasks_tenant_id_completed_by_fkey';
            columns: ['tenant_id', 'completed_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'tasks_tenant_id_created_by_fkey';
            columns: ['tenant_id', 'created_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'tasks_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
        ];
      };
      tenants: {
        Row: {
          country: string;
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
          country?: string;
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
          country?: string;
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
      archive_clients: {
        Args: { archive?: boolean; client_ids: string[]; tenant_id: string };
        Returns: Json;
      };
      assign_contact_point: {
        Args: { client_id: string; contact_point_id: string; tenant_id: string };
        Returns: Json;
      };
      begin_client_export: {
        Args: { client_id?: string; filter?: Json; kind: string; tenant_id: string };
        Returns: Json;
      };
      begin_client_import: {
        Args: { file_name: string; mapping?: Json; row_count: number; tenant_id: string };
        Returns: Json;
      };
      begin_upload: {
        Args: { client_id: string; content_type: string; name: string; size: number; tenant_id: string };
        Returns: Json;
      };
      bootstrap_super_admin: { Args: { email: string; token_hash: string }; Returns: Json };
      cancel_upload: { Args: { file_id: string; tenant_id: string }; Returns: Json };
      claim_audit_anchor: { Args: Record<PropertyKey, never>; Returns: Json };
      claim_file_removals: { Args: { slice?: number }; Returns: Json };
      client_record: { Args: { client_id: string; tenant_id: string }; Returns: Json };
      compare_files: { Args: { slice?: number }; Returns: Json };
      count_clients: { Args: { filter?: Json; search?: string; tenant_id: string }; Returns: Json };
      dashboard: { Args: { days?: number; tenant_id: string }; Returns: Json };
      delete_file: { Args: { file_id: string; tenant_id: string }; Returns: Json };
      delete_note: { Args: { note_id: string; tenant_id: string }; Returns: Json };
      delete_task: { Args: { task_id: string; tenant_id: string }; Returns: Json };
      dismiss_duplicate: { Args: { client_a: string; client_b: string; tenant_id: string }; Returns: Json };
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
      find_clients_by_identifier: { Args: { kind: string; tenant_id: string; value: string }; Returns: Json };
      find_duplicates: { Args: { candidate: Json; client_id?: string; tenant_id: string }; Returns: Json };
      finish_client_import: {
        Args: { cancelled?: boolean; import_id: string; tenant_id: string };
        Returns: Json;
      };
      finish_upload: { Args: { file_id: string; tenant_id: string }; Returns: Json };
      get_client: { Args: { client_id: string; tenant_id: string }; Returns: Json };
      get_clinic_settings: { Args: { tenant_id: string }; Returns: Json };
      import_clients: {
        Args: { dry_run?: boolean; import_id: string; options?: Json; rows: Json; tenant_id: string };
        Returns: Json;
      };
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
      list_clients: {
        Args: {
          after?: Json;
          filter?: Json;
          page_size?: number;
          search?: string;
          sort?: string;
          tenant_id: string;
        };
        Returns: Json;
      };
      list_colleagues: { Args: { include_former?: boolean; tenant_id: string }; Returns: Json };
      list_duplicates: { Args: { after?: Json; page_size?: number; tenant_id: string }; Returns: Json };
      list_merges: { Args: { client_id: string; tenant_id: string }; Returns: Json };
      list_support_grants: { Args: { tenant_id: string }; Returns: Json };
      list_tasks: {
        Args: {
          after?: Json;
          assignee_id?: string;
          client_id?: string;
          page_size?: number;
          scope?: string;
          search?: string;
          tenant_id: string;
        };
        Returns: Json;
      };
      list_team: { Args: { tenant_id: string }; Returns: Json };
      match_contact: { Args: { kind: string; tenant_id: string; value: string }; Returns: Json };
      merge_clients: {
        Args: { keep_id: string; merge_id: string; picks?: Json; seen?: Json; tenant_id: string };
        Returns: Json;
      };
      my_access: { Args: Record<PropertyKey, never>; Returns: Json };
      open_file: { Args: { file_id: string; purpose: string; tenant_id: string }; Returns: Json };
      preview_invitation: { Args: { token: string }; Returns: Json };
      preview_merge: { Args: { keep_id: string; merge_id: string; tenant_id: string }; Returns: Json };
      record_audit_anchor_delivery: { Args: { day: string; error?: string; outcome: string }; Returns: Json };
      record_file_missing: { Args: { file_id: string }; Returns: Json };
      record_file_removals: { Args: { object_names: string[] }; Returns: Json };
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
      restore_file: { Args: { file_id: string; tenant_id: string }; Returns: Json };
      restore_member: { Args: { reason: string; tenant_id: string; user_id: string }; Returns: Json };
      restore_note: { Args: { note_id: string; tenant_id: string }; Returns: Json };
      revoke_invitation: { Args: { invitation_id: string }; Returns: Json };
      save_client: {
        Args: {
          client_id: string;
          details: Json;
          identifiers?: Json;
          seen_updated_at?: string;
          tenant_id: string;
        };
        Returns: Json;
      };
      save_service: {
        Args: {
          fields: Json;
          provider_ids?: string[];
          resource_ids?: string[];
          seen_updated_at?: string;
          service_id: string;
          tenant_id: string;
        };
        Returns: Json;
      };
      save_task: {
        Args: { fields: Json; seen_revision?: number; task_id: string; tenant_id: string };
        Returns: Json;
      };
      set_clinic_country: { Args: { country: string; tenant_id: string }; Returns: Json };
      set_member_permissions: {
        Args: { permissions: string[]; tenant_id: string; user_id: string };
        Returns: Json;
      };
      set_primary_identifier: { Args: { identifier_id: string; tenant_id: string }; Returns: Json };
      set_task_status: { Args: { status: string; task_id: string; tenant_id: string }; Returns: Json };
      tag_clients: {
        Args: { add?: string[]; client_ids: string[]; remove?: string[]; tenant_id: string };
        Returns: Json;
      };
      task_counts: { Args: { tenant_id: string }; Returns: Json };
      undo_merge: { Args: { merge_id: string; tenant_id: string }; Returns: Json };
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
