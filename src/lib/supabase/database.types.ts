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
      allocations: {
        Row: {
          appointment_id: string | null;
          blocking: boolean;
          during: unknown;
          hold_id: string | null;
          id: string;
          is_overbooked: boolean;
          provider_id: string | null;
          resource_id: string | null;
          subject_id: string;
          tenant_id: string;
        };
        ComputedFields: never;
        Insert: {
          appointment_id?: string | null;
          blocking?: boolean;
          during: unknown;
          hold_id?: string | null;
          id?: string;
          is_overbooked?: boolean;
          provider_id?: string | null;
          resource_id?: string | null;
          subject_id?: never;
          tenant_id: string;
        };
        Update: {
          appointment_id?: string | null;
          blocking?: boolean;
          during?: unknown;
          hold_id?: string | null;
          id?: string;
          is_overbooked?: boolean;
          provider_id?: string | null;
          resource_id?: string | null;
          subject_id?: never;
          tenant_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'allocations_tenant_id_appointment_id_fkey';
            columns: ['tenant_id', 'appointment_id'];
            isOneToOne: false;
            referencedRelation: 'appointments';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'allocations_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'allocations_tenant_id_hold_id_fkey';
            columns: ['tenant_id', 'hold_id'];
            isOneToOne: false;
            referencedRelation: 'holds';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'allocations_tenant_id_provider_id_fkey';
            columns: ['tenant_id', 'provider_id'];
            isOneToOne: false;
            referencedRelation: 'providers';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'allocations_tenant_id_resource_id_fkey';
            columns: ['tenant_id', 'resource_id'];
            isOneToOne: false;
            referencedRelation: 'resources';
            referencedColumns: ['tenant_id', 'id'];
          },
        ];
      };
      appointment_series: {
        Row: {
          client_id: string;
          created_at: string;
          created_by: string | null;
          duration_minutes: number;
          exdates: string[];
          extend_at: string | null;
          first_at: string;
          id: string;
          materialised_to: string | null;
          note: string;
          provider_id: string | null;
          rule: string;
          service_id: string | null;
          tenant_id: string;
        };
        ComputedFields: never;
        Insert: {
          client_id: string;
          created_at?: string;
          created_by?: string | null;
          duration_minutes: number;
          exdates?: string[];
          extend_at?: string | null;
          first_at: string;
          id?: string;
          materialised_to?: string | null;
          note?: string;
          provider_id?: string | null;
          rule: string;
          service_id?: string | null;
          tenant_id: string;
        };
        Update: {
          client_id?: string;
          created_at?: string;
          created_by?: string | null;
          duration_minutes?: number;
          exdates?: string[];
          extend_at?: string | null;
          first_at?: string;
          id?: string;
          materialised_to?: string | null;
          note?: string;
          provider_id?: string | null;
          rule?: string;
          service_id?: string | null;
          tenant_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'appointment_series_tenant_id_client_id_fkey';
            columns: ['tenant_id', 'client_id'];
            isOneToOne: false;
            referencedRelation: 'clients';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'appointment_series_tenant_id_created_by_fkey';
            columns: ['tenant_id', 'created_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'appointment_series_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'appointment_series_tenant_id_provider_id_fkey';
            columns: ['tenant_id', 'provider_id'];
            isOneToOne: false;
            referencedRelation: 'providers';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'appointment_series_tenant_id_service_id_fkey';
            columns: ['tenant_id', 'service_id'];
            isOneToOne: false;
            referencedRelation: 'services';
            referencedColumns: ['tenant_id', 'id'];
          },
        ];
      };
      appointment_series_resources: {
        Row: {
          id: string;
          resource_id: string;
          series_id: string;
          tenant_id: string;
        };
        ComputedFields: never;
        Insert: {
          id?: string;
          resource_id: string;
          series_id: string;
          tenant_id: string;
        };
        Update: {
          id?: string;
          resource_id?: string;
          series_id?: string;
          tenant_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'appointment_series_resources_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'appointment_series_resources_tenant_id_resource_id_fkey';
            columns: ['tenant_id', 'resource_id'];
            isOneToOne: false;
            referencedRelation: 'resources';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'appointment_series_resources_tenant_id_series_id_fkey';
            columns: ['tenant_id', 'series_id'];
            isOneToOne: false;
            referencedRelation: 'appointment_series';
            referencedColumns: ['tenant_id', 'id'];
          },
        ];
      };
      appointments: {
        Row: {
          arrived_at: string | null;
          cancelled_at: string | null;
          cancelled_by: string | null;
          client_id: string;
          completed_at: string | null;
          confirmed_at: string | null;
          created_at: string;
          created_by: string | null;
          ends_at: string;
          id: string;
          in_chair_at: string | null;
          is_exception: boolean;
          is_late_cancel: boolean;
          is_overbooked: boolean;
          no_show_at: string | null;
          note: string;
          occurrence_at: string | null;
          provider_id: string | null;
          revision: number;
          series_id: string | null;
          service_id: string | null;
          source: string;
          starts_at: string;
          status: string;
          status_changed_at: string;
          status_changed_by: string | null;
          status_reason: string | null;
          tenant_id: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          arrived_at?: string | null;
          cancelled_at?: string | null;
          cancelled_by?: string | null;
          client_id: string;
          completed_at?: string | null;
          confirmed_at?: string | null;
          created_at?: string;
          created_by?: string | null;
          ends_at: string;
          id?: string;
          in_chair_at?: string | null;
          is_exception?: boolean;
          is_late_cancel?: boolean;
          is_overbooked?: boolean;
          no_show_at?: string | null;
          note?: string;
          occurrence_at?: string | null;
          provider_id?: string | null;
          revision?: number;
          series_id?: string | null;
          service_id?: string | null;
          source?: string;
          starts_at: string;
          status?: string;
          status_changed_at?: string;
          status_changed_by?: string | null;
          status_reason?: string | null;
          tenant_id: string;
          updated_at?: string;
        };
        Update: {
          arrived_at?: string | null;
          cancelled_at?: string | null;
          cancelled_by?: string | null;
          client_id?: string;
          completed_at?: string | null;
          confirmed_at?: string | null;
          created_at?: string;
          created_by?: string | null;
          ends_at?: string;
          id?: string;
          in_chair_at?: string | null;
          is_exception?: boolean;
          is_late_cancel?: boolean;
          is_overbooked?: boolean;
          no_show_at?: string | null;
          note?: string;
          occurrence_at?: string | null;
          provider_id?: string | null;
          revision?: number;
          series_id?: string | null;
          service_id?: string | null;
          source?: string;
          starts_at?: string;
          status?: string;
          status_changed_at?: string;
          status_changed_by?: string | null;
          status_reason?: string | null;
          tenant_id?: string;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'appointments_tenant_id_client_id_fkey';
            columns: ['tenant_id', 'client_id'];
            isOneToOne: false;
            referencedRelation: 'clients';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'appointments_tenant_id_created_by_fkey';
            columns: ['tenant_id', 'created_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'appointments_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'appointments_tenant_id_provider_id_fkey';
            columns: ['tenant_id', 'provider_id'];
            isOneToOne: false;
            referencedRelation: 'providers';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'appointments_tenant_id_series_id_fkey';
            columns: ['tenant_id', 'series_id'];
            isOneToOne: false;
            referencedRelation: 'appointment_series';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'appointments_tenant_id_service_id_fkey';
            columns: ['tenant_id', 'service_id'];
            isOneToOne: false;
            referencedRelation: 'services';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'appointments_tenant_id_status_changed_by_fkey';
            columns: ['tenant_id', 'status_changed_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
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
      block_series: {
        Row: {
          created_at: string;
          created_by: string | null;
          duration_minutes: number;
          exdates: string[];
          extend_at: string | null;
          first_at: string;
          id: string;
          materialised_to: string | null;
          provider_id: string | null;
          resource_id: string | null;
          rule: string;
          tenant_id: string;
          title: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          created_by?: string | null;
          duration_minutes: number;
          exdates?: string[];
          extend_at?: string | null;
          first_at: string;
          id?: string;
          materialised_to?: string | null;
          provider_id?: string | null;
          resource_id?: string | null;
          rule: string;
          tenant_id: string;
          title?: string;
        };
        Update: {
          created_at?: string;
          created_by?: string | null;
          duration_minutes?: number;
          exdates?: string[];
          extend_at?: string | null;
          first_at?: string;
          id?: string;
          materialised_to?: string | null;
          provider_id?: string | null;
          resource_id?: string | null;
          rule?: string;
          tenant_id?: string;
          title?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'block_series_tenant_id_created_by_fkey';
            columns: ['tenant_id', 'created_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'block_series_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'block_series_tenant_id_provider_id_fkey';
            columns: ['tenant_id', 'provider_id'];
            isOneToOne: false;
            referencedRelation: 'providers';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'block_series_tenant_id_resource_id_fkey';
            columns: ['tenant_id', 'resource_id'];
            isOneToOne: false;
            referencedRelation: 'resources';
            referencedColumns: ['tenant_id', 'id'];
          },
        ];
      };
      blocked_times: {
        Row: {
          created_at: string;
          created_by: string | null;
          ends_at: string;
          id: string;
          provider_id: string | null;
          resource_id: string | null;
          series_id: string | null;
          starts_at: string;
          tenant_id: string;
          title: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          created_by?: string | null;
          ends_at: string;
          id?: string;
          provider_id?: string | null;
          resource_id?: string | null;
          series_id?: string | null;
          starts_at: string;
          tenant_id: string;
          title?: string;
        };
        Update: {
          created_at?: string;
          created_by?: string | null;
          ends_at?: string;
          id?: string;
          provider_id?: string | null;
          resource_id?: string | null;
          series_id?: string | null;
          starts_at?: string;
          tenant_id?: string;
          title?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'blocked_times_tenant_id_created_by_fkey';
            columns: ['tenant_id', 'created_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'blocked_times_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'blocked_times_tenant_id_provider_id_fkey';
            columns: ['tenant_id', 'provider_id'];
            isOneToOne: false;
            referencedRelation: 'providers';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'blocked_times_tenant_id_resource_id_fkey';
            columns: ['tenant_id', 'resource_id'];
            isOneToOne: false;
            referencedRelation: 'resources';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'blocked_times_tenant_id_series_id_fkey';
            columns: ['tenant_id', 'series_id'];
            isOneToOne: false;
            referencedRelation: 'block_series';
            referencedColumns: ['tenant_id', 'id'];
          },
        ];
      };
      calendar_feeds: {
        Row: {
          created_at: string;
          created_by: string;
          details: string;
          hour_began_at: string | null;
          id: string;
          last_read_at: string | null;
          name: string;
          provider_id: string | null;
          reads_in_hour: number;
          revoked_at: string | null;
          revoked_by: string | null;
          tenant_id: string;
          token_hash: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          created_by?: string;
          details?: string;
          hour_began_at?: string | null;
          id?: string;
          last_read_at?: string | null;
          name: string;
          provider_id?: string | null;
          reads_in_hour?: number;
          revoked_at?: string | null;
          revoked_by?: string | null;
          tenant_id: string;
          token_hash: string;
        };
        Update: {
          created_at?: string;
          created_by?: string;
          details?: string;
          hour_began_at?: string | null;
          id?: string;
          last_read_at?: string | null;
          name?: string;
          provider_id?: string | null;
          reads_in_hour?: number;
          revoked_at?: string | null;
          revoked_by?: string | null;
          tenant_id?: string;
          token_hash?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'calendar_feeds_tenant_id_created_by_fkey';
            columns: ['tenant_id', 'created_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'calendar_feeds_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'calendar_feeds_tenant_id_provider_id_fkey';
            columns: ['tenant_id', 'provider_id'];
            isOneToOne: false;
            referencedRelation: 'providers';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'calendar_feeds_tenant_id_revoked_by_fkey';
            columns: ['tenant_id', 'revoked_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
        ];
      };
      canned_replies: {
        Row: {
          body: string;
          created_at: string;
          created_by: string | null;
          id: string;
          shortcut: string | null;
          tenant_id: string;
          title: string;
          updated_at: string;
          updated_by: string | null;
        };
        ComputedFields: never;
        Insert: {
          body: string;
          created_at?: string;
          created_by?: string | null;
          id?: string;
          shortcut?: string | null;
          tenant_id: string;
          title: string;
          updated_at?: string;
          updated_by?: string | null;
        };
        Update: {
          body?: string;
          created_at?: string;
          created_by?: string | null;
          id?: string;
          shortcut?: string | null;
          tenant_id?: string;
          title?: string;
          updated_at?: string;
          updated_by?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'canned_replies_tenant_id_created_by_fkey';
            columns: ['tenant_id', 'created_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'canned_replies_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'canned_replies_tenant_id_updated_by_fkey';
            columns: ['tenant_id', 'updated_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
        ];
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
          source_attachment_id: string | null;
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
          source_attachment_id?: string | null;
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
          source_attachment_id?: string | null;
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
          {
            foreignKeyName: 'client_files_tenant_id_source_attachment_id_fkey';
            columns: ['tenant_id', 'source_attachment_id'];
            isOneToOne: false;
            referencedRelation: 'message_attachments';
            referencedColumns: ['tenant_id', 'id'];
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
      conversation_events: {
        Row: {
          actor_id: string | null;
          conversation_id: string;
          details: NonNullable<Json>;
          id: string;
          kind: string;
          occurred_at: string;
          tenant_id: string;
        };
        ComputedFields: never;
        Insert: {
          actor_id?: string | null;
          conversation_id: string;
          details?: NonNullable<Json>;
          id?: string;
          kind: string;
          occurred_at?: string;
          tenant_id: string;
        };
        Update: {
          actor_id?: string | null;
          conversation_id?: string;
          details?: NonNullable<Json>;
          id?: string;
          kind?: string;
          occurred_at?: string;
          tenant_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'conversation_events_tenant_id_actor_id_fkey';
            columns: ['tenant_id', 'actor_id'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'conversation_events_tenant_id_conversation_id_fkey';
            columns: ['tenant_id', 'conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversations';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'conversation_events_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
        ];
      };
      conversation_notes: {
        Row: {
          body: string;
          conversation_id: string;
          created_at: string;
          created_by: string | null;
          id: string;
          tenant_id: string;
          updated_at: string;
          updated_by: string | null;
        };
        ComputedFields: never;
        Insert: {
          body: string;
          conversation_id: string;
          created_at?: string;
          created_by?: string | null;
          id?: string;
          tenant_id: string;
          updated_at?: string;
          updated_by?: string | null;
        };
        Update: {
          body?: string;
          conversation_id?: string;
          created_at?: string;
          created_by?: string | null;
          id?: string;
          tenant_id?: string;
          updated_at?: string;
          updated_by?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'conversation_notes_tenant_id_conversation_id_fkey';
            columns: ['tenant_id', 'conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversations';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'conversation_notes_tenant_id_created_by_fkey';
            columns: ['tenant_id', 'created_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'conversation_notes_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'conversation_notes_tenant_id_updated_by_fkey';
            columns: ['tenant_id', 'updated_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
        ];
      };
      conversation_tags: {
        Row: {
          conversation_id: string;
          created_at: string;
          created_by: string | null;
          id: string;
          tag_id: string;
          tenant_id: string;
        };
        ComputedFields: never;
        Insert: {
          conversation_id: string;
          created_at?: string;
          created_by?: string | null;
          id?: string;
          tag_id: string;
          tenant_id: string;
        };
        Update: {
          conversation_id?: string;
          created_at?: string;
          created_by?: string | null;
          id?: string;
          tag_id?: string;
          tenant_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'conversation_tags_tenant_id_conversation_id_fkey';
            columns: ['tenant_id', 'conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversations';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'conversation_tags_tenant_id_created_by_fkey';
            columns: ['tenant_id', 'created_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'conversation_tags_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'conversation_tags_tenant_id_tag_id_fkey';
            columns: ['tenant_id', 'tag_id'];
            isOneToOne: false;
            referencedRelation: 'tags';
            referencedColumns: ['tenant_id', 'id'];
          },
        ];
      };
      conversations: {
        Row: {
          account_id: string;
          assignee_id: string | null;
          attachment_count: number;
          base_subject: string;
          client_id: string | null;
          client_link: string;
          closed_at: string | null;
          counterpart_address: string;
          counterpart_name: string;
          created_at: string;
          first_message_at: string;
          id: string;
          last_inbound_at: string | null;
          last_message_at: string;
          last_outbound_at: string | null;
          message_count: number;
          revision: number;
          snippet: string;
          snoozed_until: string | null;
          status: string;
          subject: string;
          tenant_id: string;
          unread_count: number;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          account_id: string;
          assignee_id?: string | null;
          attachment_count?: number;
          base_subject?: string;
          client_id?: string | null;
          client_link?: string;
          closed_at?: string | null;
          counterpart_address?: string;
          counterpart_name?: string;
          created_at?: string;
          first_message_at?: string;
          id?: string;
          last_inbound_at?: string | null;
          last_message_at?: string;
          last_outbound_at?: string | null;
          message_count?: number;
          revision?: number;
          snippet?: string;
          snoozed_until?: string | null;
          status?: string;
          subject?: string;
          tenant_id: string;
          unread_count?: number;
          updated_at?: string;
        };
        Update: {
          account_id?: string;
          assignee_id?: string | null;
          attachment_count?: number;
          base_subject?: string;
          client_id?: string | null;
          client_link?: string;
          closed_at?: string | null;
          counterpart_address?: string;
          counterpart_name?: string;
          created_at?: string;
          first_message_at?: string;
          id?: string;
          last_inbound_at?: string | null;
          last_message_at?: string;
          last_outbound_at?: string | null;
          message_count?: number;
          revision?: number;
          snippet?: string;
          snoozed_until?: string | null;
          status?: string;
          subject?: string;
          tenant_id?: string;
          unread_count?: number;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'conversations_tenant_id_account_id_fkey';
            columns: ['tenant_id', 'account_id'];
            isOneToOne: false;
            referencedRelation: 'mail_accounts';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'conversations_tenant_id_assignee_id_fkey';
            columns: ['tenant_id', 'assignee_id'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'conversations_tenant_id_client_id_fkey';
            columns: ['tenant_id', 'client_id'];
            isOneToOne: false;
            referencedRelation: 'clients';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'conversations_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
        ];
      };
      draft_attachments: {
        Row: {
          content_id: string | null;
          content_type: string;
          created_at: string;
          draft_id: string;
          id: string;
          is_inline: boolean;
          name: string;
          object_name: string | null;
          size: number;
          source_attachment_id: string | null;
          state: string;
          stored_at: string | null;
          tenant_id: string;
        };
        ComputedFields: never;
        Insert: {
          content_id?: string | null;
          content_type?: string;
          created_at?: string;
          draft_id: string;
          id?: string;
          is_inline?: boolean;
          name: string;
          object_name?: string | null;
          size: number;
          source_attachment_id?: string | null;
          state?: string;
          stored_at?: string | null;
          tenant_id: string;
        };
        Update: {
          content_id?: string | null;
          content_type?: string;
          created_at?: string;
          draft_id?: string;
          id?: string;
          is_inline?: boolean;
          name?: string;
          object_name?: string | null;
          size?: number;
          source_attachment_id?: string | null;
          state?: string;
          stored_at?: string | null;
          tenant_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'draft_attachments_tenant_id_draft_id_fkey';
            columns: ['tenant_id', 'draft_id'];
            isOneToOne: false;
            referencedRelation: 'mail_drafts';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'draft_attachments_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'draft_attachments_tenant_id_source_attachment_id_fkey';
            columns: ['tenant_id', 'source_attachment_id'];
            isOneToOne: false;
            referencedRelation: 'message_attachments';
            referencedColumns: ['tenant_id', 'id'];
          },
        ];
      };
      holds: {
        Row: {
          created_at: string;
          created_by: string | null;
          ends_at: string;
          expires_at: string;
          id: string;
          provider_id: string | null;
          service_id: string | null;
          starts_at: string;
          tenant_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          created_by?: string | null;
          ends_at: string;
          expires_at: string;
          id?: string;
          provider_id?: string | null;
          service_id?: string | null;
          starts_at: string;
          tenant_id: string;
        };
        Update: {
          created_at?: string;
          created_by?: string | null;
          ends_at?: string;
          expires_at?: string;
          id?: string;
          provider_id?: string | null;
          service_id?: string | null;
          starts_at?: string;
          tenant_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'holds_tenant_id_created_by_fkey';
            columns: ['tenant_id', 'created_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'holds_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'holds_tenant_id_provider_id_fkey';
            columns: ['tenant_id', 'provider_id'];
            isOneToOne: false;
            referencedRelation: 'providers';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'holds_tenant_id_service_id_fkey';
            columns: ['tenant_id', 'service_id'];
            isOneToOne: false;
            referencedRelation: 'services';
            referencedColumns: ['tenant_id', 'id'];
          },
        ];
      };
      hours_exceptions: {
        Row: {
          closes: string | null;
          created_at: string;
          created_by: string | null;
          first_day: string;
          id: string;
          last_day: string;
          note: string;
          opens: string | null;
          provider_id: string | null;
          resource_id: string | null;
          tenant_id: string;
        };
        ComputedFields: never;
        Insert: {
          closes?: string | null;
          created_at?: string;
          created_by?: string | null;
          first_day: string;
          id?: string;
          last_day: string;
          note?: string;
          opens?: string | null;
          provider_id?: string | null;
          resource_id?: string | null;
          tenant_id: string;
        };
        Update: {
          closes?: string | null;
          created_at?: string;
          created_by?: string | null;
          first_day?: string;
          id?: string;
          last_day?: string;
          note?: string;
          opens?: string | null;
          provider_id?: string | null;
          resource_id?: string | null;
          tenant_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'hours_exceptions_tenant_id_created_by_fkey';
            columns: ['tenant_id', 'created_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'hours_exceptions_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'hours_exceptions_tenant_id_provider_id_fkey';
            columns: ['tenant_id', 'provider_id'];
            isOneToOne: false;
            referencedRelation: 'providers';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'hours_exceptions_tenant_id_resource_id_fkey';
            columns: ['tenant_id', 'resource_id'];
            isOneToOne: false;
            referencedRelation: 'resources';
            referencedColumns: ['tenant_id', 'id'];
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
      mail_accounts: {
        Row: {
          address: string;
          auth_fail_count: number;
          backlog: number;
          created_at: string;
          created_by: string | null;
          dispatched_at: string | null;
          display_name: string;
          fail_count: number;
          history_days: number;
          id: string;
          imap_host: string;
          imap_port: number;
          interval_minutes: number;
          last_attempt_at: string | null;
          last_error: string | null;
          last_error_code: string | null;
          last_synced_at: string | null;
          lease_token: string | null;
          lease_until: string | null;
          next_sync_at: string;
          preset: string;
          quiet_from: string;
          quiet_to: string;
          removed_at: string | null;
          revision: number;
          send_via: string;
          smtp_host: string;
          smtp_port: number;
          status: string;
          tenant_id: string;
          updated_at: string;
          username: string;
        };
        ComputedFields: never;
        Insert: {
          address: string;
          auth_fail_count?: number;
          backlog?: number;
          created_at?: string;
          created_by?: string | null;
          dispatched_at?: string | null;
          display_name?: string;
          fail_count?: number;
          history_days?: number;
          id?: string;
          imap_host?: string;
          imap_port?: number;
          interval_minutes?: number;
          last_attempt_at?: string | null;
          last_error?: string | null;
          last_error_code?: string | null;
          last_synced_at?: string | null;
          lease_token?: string | null;
          lease_until?: string | null;
          next_sync_at?: string;
          preset: string;
          quiet_from?: string;
          quiet_to?: string;
          removed_at?: string | null;
          revision?: number;
          send_via?: string;
          smtp_host?: string;
          smtp_port?: number;
          status?: string;
          tenant_id: string;
          updated_at?: string;
          username?: string;
        };
        Update: {
          address?: string;
          auth_fail_count?: number;
          backlog?: number;
          created_at?: string;
          created_by?: string | null;
          dispatched_at?: string | null;
          display_name?: string;
          fail_count?: number;
          history_days?: number;
          id?: string;
          imap_host?: string;
          imap_port?: number;
          interval_minutes?: number;
          last_attempt_at?: string | null;
          last_error?: string | null;
          last_error_code?: string | null;
          last_synced_at?: string | null;
          lease_token?: string | null;
          lease_until?: string | null;
          next_sync_at?: string;
          preset?: string;
          quiet_from?: string;
          quiet_to?: string;
          removed_at?: string | null;
          revision?: number;
          send_via?: string;
          smtp_host?: string;
          smtp_port?: number;
          status?: string;
          tenant_id?: string;
          updated_at?: string;
          username?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'mail_accounts_tenant_id_created_by_fkey';
            columns: ['tenant_id', 'created_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'mail_accounts_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
        ];
      };
      mail_drafts: {
        Row: {
          account_id: string;
          author_id: string;
          bcc_addresses: NonNullable<Json>;
          cc_addresses: NonNullable<Json>;
          client_id: string | null;
          conversation_id: string | null;
          created_at: string;
          html_body: string | null;
          id: string;
          kind: string;
          message_id: string | null;
          quoted_html: string | null;
          quoted_text: string;
          restored_at: string | null;
          revision: number;
          seen_until: string | null;
          subject: string;
          tenant_id: string;
          text_body: string;
          to_addresses: NonNullable<Json>;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          account_id: string;
          author_id: string;
          bcc_addresses?: NonNullable<Json>;
          cc_addresses?: NonNullable<Json>;
          client_id?: string | null;
          conversation_id?: string | null;
          created_at?: string;
          html_body?: string | null;
          id?: string;
          kind: string;
          message_id?: string | null;
          quoted_html?: string | null;
          quoted_text?: string;
          restored_at?: string | null;
          revision?: number;
          seen_until?: string | null;
          subject?: string;
          tenant_id: string;
          text_body?: string;
          to_addresses?: NonNullable<Json>;
          updated_at?: string;
        };
        Update: {
          account_id?: string;
          author_id?: string;
          bcc_addresses?: NonNullable<Json>;
          cc_addresses?: NonNullable<Json>;
          client_id?: string | null;
          conversation_id?: string | null;
          created_at?: string;
          html_body?: string | null;
          id?: string;
          kind?: string;
          message_id?: string | null;
          quoted_html?: string | null;
          quoted_text?: string;
          restored_at?: string | null;
          revision?: number;
          seen_until?: string | null;
          subject?: string;
          tenant_id?: string;
          text_body?: string;
          to_addresses?: NonNullable<Json>;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'mail_drafts_tenant_id_account_id_fkey';
            columns: ['tenant_id', 'account_id'];
            isOneToOne: false;
            referencedRelation: 'mail_accounts';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'mail_drafts_tenant_id_author_id_fkey';
            columns: ['tenant_id', 'author_id'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'mail_drafts_tenant_id_client_id_fkey';
            columns: ['tenant_id', 'client_id'];
            isOneToOne: false;
            referencedRelation: 'clients';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'mail_drafts_tenant_id_conversation_id_fkey';
            columns: ['tenant_id', 'conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversations';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'mail_drafts_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'mail_drafts_tenant_id_message_id_fkey';
            columns: ['tenant_id', 'message_id'];
            isOneToOne: false;
            referencedRelation: 'messages';
            referencedColumns: ['tenant_id', 'id'];
          },
        ];
      };
      mail_runs: {
        Row: {
          account_id: string;
          cause: string;
          counts: NonNullable<Json>;
          ended_at: string | null;
          error: string | null;
          error_code: string | null;
          id: string;
          lease_token: string;
          outcome: string | null;
          requested_by: string | null;
          started_at: string;
          tenant_id: string;
        };
        ComputedFields: never;
        Insert: {
          account_id: string;
          cause: string;
          counts?: NonNullable<Json>;
          ended_at?: string | null;
          error?: string | null;
          error_code?: string | null;
          id?: string;
          lease_token: string;
          outcome?: string | null;
          requested_by?: string | null;
          started_at?: string;
          tenant_id: string;
        };
        Update: {
          account_id?: string;
          cause?: string;
          counts?: NonNullable<Json>;
          ended_at?: string | null;
          error?: string | null;
          error_code?: string | null;
          id?: string;
          lease_token?: string;
          outcome?: string | null;
          requested_by?: string | null;
          started_at?: string;
          tenant_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'mail_runs_tenant_id_account_id_fkey';
            columns: ['tenant_id', 'account_id'];
            isOneToOne: false;
            referencedRelation: 'mail_accounts';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'mail_runs_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'mail_runs_tenant_id_requested_by_fkey';
            columns: ['tenant_id', 'requested_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
        ];
      };
      mail_signatures: {
        Row: {
          account_id: string | null;
          body: string;
          id: string;
          tenant_id: string;
          updated_at: string;
          updated_by: string | null;
          user_id: string | null;
        };
        ComputedFields: never;
        Insert: {
          account_id?: string | null;
          body: string;
          id?: string;
          tenant_id: string;
          updated_at?: string;
          updated_by?: string | null;
          user_id?: string | null;
        };
        Update: {
          account_id?: string | null;
          body?: string;
          id?: string;
          tenant_id?: string;
          updated_at?: string;
          updated_by?: string | null;
          user_id?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'mail_signatures_tenant_id_account_id_fkey';
            columns: ['tenant_id', 'account_id'];
            isOneToOne: false;
            referencedRelation: 'mail_accounts';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'mail_signatures_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'mail_signatures_tenant_id_updated_by_fkey';
            columns: ['tenant_id', 'updated_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'mail_signatures_tenant_id_user_id_fkey';
            columns: ['tenant_id', 'user_id'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
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
      message_attachments: {
        Row: {
          attempts: number;
          content_id: string | null;
          content_type: string;
          created_at: string;
          encoding: string;
          id: string;
          is_inline: boolean;
          last_error: string | null;
          message_id: string;
          name: string;
          object_name: string | null;
          part: string;
          size: number;
          state: string;
          stored_at: string | null;
          tenant_id: string;
          wanted_at: string | null;
        };
        ComputedFields: never;
        Insert: {
          attempts?: number;
          content_id?: string | null;
          content_type?: string;
          created_at?: string;
          encoding?: string;
          id?: string;
          is_inline?: boolean;
          last_error?: string | null;
          message_id: string;
          name?: string;
          object_name?: string | null;
          part: string;
          size?: number;
          state?: string;
          stored_at?: string | null;
          tenant_id: string;
          wanted_at?: string | null;
        };
        Update: {
          attempts?: number;
          content_id?: string | null;
          content_type?: string;
          created_at?: string;
          encoding?: string;
          id?: string;
          is_inline?: boolean;
          last_error?: string | null;
          message_id?: string;
          name?: string;
          object_name?: string | null;
          part?: string;
          size?: number;
          state?: string;
          stored_at?: string | null;
          tenant_id?: string;
          wanted_at?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'message_attachments_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'message_attachments_tenant_id_message_id_fkey';
            columns: ['tenant_id', 'message_id'];
            isOneToOne: false;
            referencedRelation: 'messages';
            referencedColumns: ['tenant_id', 'id'];
          },
        ];
      };
      messages: {
        Row: {
          account_id: string;
          appended_at: string | null;
          attachment_count: number;
          authentication: string;
          author_id: string | null;
          bcc_addresses: NonNullable<Json>;
          body_state: string;
          cc_addresses: NonNullable<Json>;
          conversation_id: string;
          created_at: string;
          delivered_at: string | null;
          delivery: string | null;
          delivery_error: string | null;
          direction: string;
          from_address: string;
          from_name: string;
          html_body: string | null;
          id: string;
          in_reply_to: string | null;
          is_flagged: boolean;
          is_read: boolean;
          kind: string;
          message_key: string;
          recipient_count: number;
          reference_ids: string[];
          removed_at: string | null;
          reply_to: NonNullable<Json>;
          send_at: string | null;
          sent_at: string;
          size: number;
          snippet: string;
          subject: string;
          tenant_id: string;
          text_body: string;
          to_addresses: NonNullable<Json>;
        };
        ComputedFields: never;
        Insert: {
          account_id: string;
          appended_at?: string | null;
          attachment_count?: number;
          authentication?: string;
          author_id?: string | null;
          bcc_addresses?: NonNullable<Json>;
          body_state?: string;
          cc_addresses?: NonNullable<Json>;
          conversation_id: string;
          created_at?: string;
          delivered_at?: string | null;
          delivery?: string | null;
          delivery_error?: string | null;
          direction: string;
          from_address?: string;
          from_name?: string;
          html_body?: string | null;
          id?: string;
          in_reply_to?: string | null;
          is_flagged?: boolean;
          is_read?: boolean;
          kind?: string;
          message_key: string;
          recipient_count?: number;
          reference_ids?: string[];
          removed_at?: string | null;
          reply_to?: NonNullable<Json>;
          send_at?: string | null;
          sent_at?: string;
          size?: number;
          snippet?: string;
          subject?: string;
          tenant_id: string;
          text_body?: string;
          to_addresses?: NonNullable<Json>;
        };
        Update: {
          account_id?: string;
          appended_at?: string | null;
          attachment_count?: number;
          authentication?: string;
          author_id?: string | null;
          bcc_addresses?: NonNullable<Json>;
          body_state?: string;
          cc_addresses?: NonNullable<Json>;
          conversation_id?: string;
          created_at?: string;
          delivered_at?: string | null;
          delivery?: string | null;
          delivery_error?: string | null;
          direction?: string;
          from_address?: string;
          from_name?: string;
          html_body?: string | null;
          id?: string;
          in_reply_to?: string | null;
          is_flagged?: boolean;
          is_read?: boolean;
          kind?: string;
          message_key?: string;
          recipient_count?: number;
          reference_ids?: string[];
          removed_at?: string | null;
          reply_to?: NonNullable<Json>;
          send_at?: string | null;
          sent_at?: string;
          size?: number;
          snippet?: string;
          subject?: string;
          tenant_id?: string;
          text_body?: string;
          to_addresses?: NonNullable<Json>;
        };
        Relationships: [
          {
            foreignKeyName: 'messages_tenant_id_account_id_fkey';
            columns: ['tenant_id', 'account_id'];
            isOneToOne: false;
            referencedRelation: 'mail_accounts';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'messages_tenant_id_author_id_fkey';
            columns: ['tenant_id', 'author_id'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'messages_tenant_id_conversation_id_fkey';
            columns: ['tenant_id', 'conversation_id'];
            isOneToOne: false;
            referencedRelation: 'conversations';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'messages_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
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
      provider_keys: {
        Row: {
          base_url: string;
          checked_at: string | null;
          created_at: string;
          created_by: string | null;
          id: string;
          last_error_code: string | null;
          model: string;
          provider: string;
          state: string;
          tenant_id: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          base_url?: string;
          checked_at?: string | null;
          created_at?: string;
          created_by?: string | null;
          id?: string;
          last_error_code?: string | null;
          model?: string;
          provider: string;
          state?: string;
          tenant_id: string;
          updated_at?: string;
        };
        Update: {
          base_url?: string;
          checked_at?: string | null;
          created_at?: string;
          created_by?: string | null;
          id?: string;
          last_error_code?: string | null;
          model?: string;
          provider?: string;
          state?: string;
          tenant_id?: string;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'provider_keys_tenant_id_created_by_fkey';
            columns: ['tenant_id', 'created_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'provider_keys_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
        ];
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
      reminder_deliveries: {
        Row: {
          appointment_id: string;
          attempts: number;
          begun_at: string | null;
          channel: string;
          content: Json | null;
          created_at: string;
          due_at: string;
          id: string;
          is_manual: boolean;
          last_error: string;
          provider_message_id: string | null;
          reason: string | null;
          requested_by: string | null;
          rule_id: string | null;
          sent_at: string | null;
          starts_at: string;
          state: string;
          tenant_id: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          appointment_id: string;
          attempts?: number;
          begun_at?: string | null;
          channel: string;
          content?: Json | null;
          created_at?: string;
          due_at: string;
          id?: string;
          is_manual?: boolean;
          last_error?: string;
          provider_message_id?: string | null;
          reason?: string | null;
          requested_by?: string | null;
          rule_id?: string | null;
          sent_at?: string | null;
          starts_at: string;
          state: string;
          tenant_id: string;
          updated_at?: string;
        };
        Update: {
          appointment_id?: string;
          attempts?: number;
          begun_at?: string | null;
          channel?: string;
          content?: Json | null;
          created_at?: string;
          due_at?: string;
          id?: string;
          is_manual?: boolean;
          last_error?: string;
          provider_message_id?: string | null;
          reason?: string | null;
          requested_by?: string | null;
          rule_id?: string | null;
          sent_at?: string | null;
          starts_at?: string;
          state?: string;
          tenant_id?: string;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'reminder_deliveries_tenant_id_appointment_id_fkey';
            columns: ['tenant_id', 'appointment_id'];
            isOneToOne: false;
            referencedRelation: 'appointments';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'reminder_deliveries_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'reminder_deliveries_tenant_id_requested_by_fkey';
            columns: ['tenant_id', 'requested_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'reminder_deliveries_tenant_id_rule_id_fkey';
            columns: ['tenant_id', 'rule_id'];
            isOneToOne: false;
            referencedRelation: 'reminder_rules';
            referencedColumns: ['tenant_id', 'id'];
          },
        ];
      };
      reminder_rules: {
        Row: {
          channel: string;
          created_at: string;
          created_by: string | null;
          extra_text: string;
          id: string;
          is_active: boolean;
          minutes_before: number;
          stop_if_confirmed: boolean;
          tenant_id: string;
        };
        ComputedFields: never;
        Insert: {
          channel: string;
          created_at?: string;
          created_by?: string | null;
          extra_text?: string;
          id?: string;
          is_active?: boolean;
          minutes_before: number;
          stop_if_confirmed?: boolean;
          tenant_id: string;
        };
        Update: {
          channel?: string;
          created_at?: string;
          created_by?: string | null;
          extra_text?: string;
          id?: string;
          is_active?: boolean;
          minutes_before?: number;
          stop_if_confirmed?: boolean;
          tenant_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'reminder_rules_tenant_id_created_by_fkey';
            columns: ['tenant_id', 'created_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'reminder_rules_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
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
      scheduling_settings: {
        Row: {
          automatic_offers: boolean;
          contact_address: string;
          contact_phone: string;
          hold_minutes: number;
          horizon_days: number;
          id: string;
          late_cancel_hours: number;
          minimum_notice_minutes: number;
          offer_minutes: number;
          offer_notice_minutes: number;
          quiet_from: string;
          quiet_to: string;
          slot_minutes: number;
          tenant_id: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          automatic_offers?: boolean;
          contact_address?: string;
          contact_phone?: string;
          hold_minutes?: number;
          horizon_days?: number;
          id?: string;
          late_cancel_hours?: number;
          minimum_notice_minutes?: number;
          offer_minutes?: number;
          offer_notice_minutes?: number;
          quiet_from?: string;
          quiet_to?: string;
          slot_minutes?: number;
          tenant_id: string;
          updated_at?: string;
        };
        Update: {
          automatic_offers?: boolean;
          contact_address?: string;
          contact_phone?: string;
          hold_minutes?: number;
          horizon_days?: number;
          id?: string;
          late_cancel_hours?: number;
          minimum_notice_minutes?: number;
          offer_minutes?: number;
          offer_notice_minutes?: number;
          quiet_from?: string;
          quiet_to?: string;
          slot_minutes?: number;
          tenant_id?: string;
          updated_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'scheduling_settings_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: true;
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
      service_steps: {
        Row: {
          duration_minutes: number;
          id: string;
          kind: string;
          offset_minutes: number;
          service_id: string;
          tenant_id: string;
        };
        ComputedFields: never;
        Insert: {
          duration_minutes: number;
          id?: string;
          kind: string;
          offset_minutes: number;
          service_id: string;
          tenant_id: string;
        };
        Update: {
          duration_minutes?: number;
          id?: string;
          kind?: string;
          offset_minutes?: number;
          service_id?: string;
          tenant_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'service_steps_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'service_steps_tenant_id_service_id_fkey';
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
      waitlist_entries: {
        Row: {
          appointment_id: string | null;
          client_id: string;
          closed_at: string | null;
          created_at: string;
          created_by: string | null;
          day_parts: string[];
          earliest_day: string | null;
          from_time: string | null;
          id: string;
          last_offered_at: string | null;
          latest_day: string | null;
          note: string;
          priority: string;
          refused_email: string | null;
          revision: number;
          service_id: string;
          state: string;
          tenant_id: string;
          to_time: string | null;
          updated_at: string;
          want_offers: boolean;
          weekdays: number[];
        };
        ComputedFields: never;
        Insert: {
          appointment_id?: string | null;
          client_id: string;
          closed_at?: string | null;
          created_at?: string;
          created_by?: string | null;
          day_parts?: string[];
          earliest_day?: string | null;
          from_time?: string | null;
          id?: string;
          last_offered_at?: string | null;
          latest_day?: string | null;
          note?: string;
          priority?: string;
          refused_email?: string | null;
          revision?: number;
          service_id: string;
          state?: string;
          tenant_id: string;
          to_time?: string | null;
          updated_at?: string;
          want_offers?: boolean;
          weekdays?: number[];
        };
        Update: {
          appointment_id?: string | null;
          client_id?: string;
          closed_at?: string | null;
          created_at?: string;
          created_by?: string | null;
          day_parts?: string[];
          earliest_day?: string | null;
          from_time?: string | null;
          id?: string;
          last_offered_at?: string | null;
          latest_day?: string | null;
          note?: string;
          priority?: string;
          refused_email?: string | null;
          revision?: number;
          service_id?: string;
          state?: string;
          tenant_id?: string;
          to_time?: string | null;
          updated_at?: string;
          want_offers?: boolean;
          weekdays?: number[];
        };
        Relationships: [
          {
            foreignKeyName: 'waitlist_entries_tenant_id_appointment_id_fkey';
            columns: ['tenant_id', 'appointment_id'];
            isOneToOne: false;
            referencedRelation: 'appointments';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'waitlist_entries_tenant_id_client_id_fkey';
            columns: ['tenant_id', 'client_id'];
            isOneToOne: false;
            referencedRelation: 'clients';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'waitlist_entries_tenant_id_created_by_fkey';
            columns: ['tenant_id', 'created_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'waitlist_entries_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'waitlist_entries_tenant_id_service_id_fkey';
            columns: ['tenant_id', 'service_id'];
            isOneToOne: false;
            referencedRelation: 'services';
            referencedColumns: ['tenant_id', 'id'];
          },
        ];
      };
      waitlist_offers: {
        Row: {
          appointment_id: string | null;
          created_at: string;
          created_by: string | null;
          ended_at: string | null;
          ends_at: string;
          entry_id: string;
          expires_at: string;
          hold_id: string | null;
          id: string;
          mail_error: string | null;
          mail_outcome: string;
          opening_ends_at: string;
          opening_starts_at: string;
          provider_id: string | null;
          resource_ids: string[];
          sent_at: string | null;
          starts_at: string;
          state: string;
          tenant_id: string;
          token_hash: string | null;
        };
        ComputedFields: never;
        Insert: {
          appointment_id?: string | null;
          created_at?: string;
          created_by?: string | null;
          ended_at?: string | null;
          ends_at: string;
          entry_id: string;
          expires_at: string;
          hold_id?: string | null;
          id?: string;
          mail_error?: string | null;
          mail_outcome?: string;
          opening_ends_at: string;
          opening_starts_at: string;
          provider_id?: string | null;
          resource_ids?: string[];
          sent_at?: string | null;
          starts_at: string;
          state?: string;
          tenant_id: string;
          token_hash?: string | null;
        };
        Update: {
          appointment_id?: string | null;
          created_at?: string;
          created_by?: string | null;
          ended_at?: string | null;
          ends_at?: string;
          entry_id?: string;
          expires_at?: string;
          hold_id?: string | null;
          id?: string;
          mail_error?: string | null;
          mail_outcome?: string;
          opening_ends_at?: string;
          opening_starts_at?: string;
          provider_id?: string | null;
          resource_ids?: string[];
          sent_at?: string | null;
          starts_at?: string;
          state?: string;
          tenant_id?: string;
          token_hash?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'waitlist_offers_tenant_id_appointment_id_fkey';
            columns: ['tenant_id', 'appointment_id'];
            isOneToOne: false;
            referencedRelation: 'appointments';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'waitlist_offers_tenant_id_created_by_fkey';
            columns: ['tenant_id', 'created_by'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['tenant_id', 'user_id'];
          },
          {
            foreignKeyName: 'waitlist_offers_tenant_id_entry_id_fkey';
            columns: ['tenant_id', 'entry_id'];
            isOneToOne: false;
            referencedRelation: 'waitlist_entries';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'waitlist_offers_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'waitlist_offers_tenant_id_hold_id_fkey';
            columns: ['tenant_id', 'hold_id'];
            isOneToOne: false;
            referencedRelation: 'holds';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'waitlist_offers_tenant_id_provider_id_fkey';
            columns: ['tenant_id', 'provider_id'];
            isOneToOne: false;
            referencedRelation: 'providers';
            referencedColumns: ['tenant_id', 'id'];
          },
        ];
      };
      waitlist_providers: {
        Row: {
          entry_id: string;
          id: string;
          provider_id: string;
          tenant_id: string;
        };
        ComputedFields: never;
        Insert: {
          entry_id: string;
          id?: string;
          provider_id: string;
          tenant_id: string;
        };
        Update: {
          entry_id?: string;
          id?: string;
          provider_id?: string;
          tenant_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'waitlist_providers_tenant_id_entry_id_fkey';
            columns: ['tenant_id', 'entry_id'];
            isOneToOne: false;
            referencedRelation: 'waitlist_entries';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'waitlist_providers_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'waitlist_providers_tenant_id_provider_id_fkey';
            columns: ['tenant_id', 'provider_id'];
            isOneToOne: false;
            referencedRelation: 'providers';
            referencedColumns: ['tenant_id', 'id'];
          },
        ];
      };
      working_hours: {
        Row: {
          closes: string;
          id: string;
          is_break: boolean;
          opens: string;
          provider_id: string | null;
          resource_id: string | null;
          span: unknown;
          tenant_id: string;
          weekday: number;
        };
        ComputedFields: never;
        Insert: {
          closes: string;
          id?: string;
          is_break?: boolean;
          opens: string;
          provider_id?: string | null;
          resource_id?: string | null;
          span?: never;
          tenant_id: string;
          weekday: number;
        };
        Update: {
          closes?: string;
          id?: string;
          is_break?: boolean;
          opens?: string;
          provider_id?: string | null;
          resource_id?: string | null;
          span?: never;
          tenant_id?: string;
          weekday?: number;
        };
        Relationships: [
          {
            foreignKeyName: 'working_hours_tenant_id_fkey';
            columns: ['tenant_id'];
            isOneToOne: false;
            referencedRelation: 'tenants';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'working_hours_tenant_id_provider_id_fkey';
            columns: ['tenant_id', 'provider_id'];
            isOneToOne: false;
            referencedRelation: 'providers';
            referencedColumns: ['tenant_id', 'id'];
          },
          {
            foreignKeyName: 'working_hours_tenant_id_resource_id_fkey';
            columns: ['tenant_id', 'resource_id'];
            isOneToOne: false;
            referencedRelation: 'resources';
            referencedColumns: ['tenant_id', 'id'];
          },
        ];
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
      admin_job_queue: { Args: Record<PropertyKey, never>; Returns: Json };
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
      admin_retry_job: { Args: { job_id: string; reason: string }; Returns: Json };
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
      announce_draft_attachment: {
        Args: { content_type: string; draft_id: string; name: string; size: number; tenant_id: string };
        Returns: Json;
      };
      answer_offer: { Args: { answer: string; token: string }; Returns: Json };
      answer_visit: { Args: { answer: string; token: string }; Returns: Json };
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
      begin_reminder: { Args: { delivery_id: string; token_hash: string }; Returns: Json };
      begin_saving_attachment: { Args: { attachment_id: string; client_id: string }; Returns: Json };
      begin_send: { Args: { message_id: string }; Returns: Json };
      begin_upload: {
        Args: { client_id: string; content_type: string; name: string; size: number; tenant_id: string };
        Returns: Json;
      };
      block_series: {
        Args: { fields: Json; rule: string; series_id?: string; tenant_id: string };
        Returns: Json;
      };
      block_time: { Args: { fields: Json; tenant_id: string }; Returns: Json };
      book_appointment: {
        Args: {
          appointment_id?: string;
          fields: Json;
          hold_id?: string;
          outside_hours?: boolean;
          overbook?: boolean;
          tenant_id: string;
        };
        Returns: Json;
      };
      book_series: {
        Args: {
          exdates?: string[];
          fields: Json;
          hold_id?: string;
          outside_hours?: boolean;
          overbook?: boolean;
          rule: string;
          series_id?: string;
          skip?: Json;
          tenant_id: string;
        };
        Returns: Json;
      };
      bootstrap_super_admin: { Args: { email: string; token_hash: string }; Returns: Json };
      bring_message: { Args: { given: Json; recipient: string }; Returns: Json };
      cancel_series: {
        Args: {
          appointment_id: string;
          cancelled_by?: string;
          reason?: string;
          scope: string;
          tenant_id: string;
        };
        Returns: Json;
      };
      cancel_upload: { Args: { file_id: string; tenant_id: string }; Returns: Json };
      change_appointment: {
        Args: {
          appointment_id: string;
          fields: Json;
          hold_id?: string;
          outside_hours?: boolean;
          overbook?: boolean;
          seen_revision?: number;
          tenant_id: string;
        };
        Returns: Json;
      };
      change_series: {
        Args: {
          appointment_id: string;
          dry_run?: boolean;
          fields: Json;
          outside_hours?: boolean;
          overbook?: boolean;
          rule?: string;
          scope: string;
          seen_revision?: number;
          skip?: Json;
          tenant_id: string;
        };
        Returns: Json;
      };
      check_mail_account: { Args: { account_id: string; settings: Json; tenant_id: string }; Returns: Json };
      check_provider_key: { Args: { provider: string; settings: Json; tenant_id: string }; Returns: Json };
      check_sync_now: { Args: { account_id: string }; Returns: Json };
      claim_audit_anchor: { Args: Record<PropertyKey, never>; Returns: Json };
      claim_file_removals: { Args: { slice?: number }; Returns: Json };
      claim_jobs: { Args: { max_jobs?: number }; Returns: Json };
      claim_mail_account: { Args: { account_id: string; actor_id?: string; cause: string }; Returns: Json };
      client_record: { Args: { client_id: string; tenant_id: string }; Returns: Json };
      client_visits: { Args: { client_id: string; tenant_id: string }; Returns: Json };
      close_waitlist_entry: {
        Args: { entry_id: string; is_closed?: boolean; tenant_id: string };
        Returns: Json;
      };
      compare_files: { Args: { slice?: number }; Returns: Json };
      confirm_draft_attachment: { Args: { attachment_id: string; tenant_id: string }; Returns: Json };
      count_clients: { Args: { filter?: Json; search?: string; tenant_id: string }; Returns: Json };
      create_calendar_feed: {
        Args: { details?: string; name: string; provider_id: string; tenant_id: string };
        Returns: Json;
      };
      credentials_of_other_keys: { Args: { kid: string; most?: number }; Returns: Json };
      dashboard: { Args: { days?: number; tenant_id: string }; Returns: Json };
      delete_canned_reply: { Args: { reply_id: string; tenant_id: string }; Returns: Json };
      delete_conversation_note: { Args: { note_id: string; tenant_id: string }; Returns: Json };
      delete_file: { Args: { file_id: string; tenant_id: string }; Returns: Json };
      delete_hours_exception: { Args: { exception_id: string; tenant_id: string }; Returns: Json };
      delete_note: { Args: { note_id: string; tenant_id: string }; Returns: Json };
      delete_provider_key: { Args: { key_id: string; tenant_id: string }; Returns: undefined };
      delete_reminder_rule: { Args: { rule_id: string; tenant_id: string }; Returns: Json };
      delete_task: { Args: { task_id: string; tenant_id: string }; Returns: Json };
      discard_draft: { Args: { draft_id: string; tenant_id: string }; Returns: Json };
      dismiss_duplicate: { Args: { client_a: string; client_b: string; tenant_id: string }; Returns: Json };
      end_support_access: { Args: { support_grant_id: string; tenant_id: string }; Returns: Json };
      expect_sent_id: { Args: { message_id: string; resend_id: string }; Returns: string };
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
      extend_mail_lease: { Args: { account_id: string; lease_token: string }; Returns: string };
      fail_job: {
        Args: {
          error: string;
          is_final?: boolean;
          job_id: string;
          lease_token: string;
          retry_after_seconds?: number;
        };
        Returns: Json;
      };
      fill_reply: {
        Args: { conversation_id?: string; reply_id: string; tenant_id: string };
        Returns: string;
      };
      find_clients_by_identifier: { Args: { kind: string; tenant_id: string; value: string }; Returns: Json };
      find_duplicates: { Args: { candidate: Json; client_id?: string; tenant_id: string }; Returns: Json };
      find_free_slots: {
        Args: {
          days?: number;
          duration_minutes?: number;
          first_day?: string;
          page_size?: number;
          provider_ids?: string[];
          resource_ids?: string[];
          service_id: string;
          tenant_id: string;
        };
        Returns: Json;
      };
      finish_client_import: {
        Args: { cancelled?: boolean; import_id: string; tenant_id: string };
        Returns: Json;
      };
      finish_job: { Args: { job_id: string; lease_token: string }; Returns: Json };
      finish_mail_sync: { Args: { account_id: string; lease_token: string; result: Json }; Returns: Json };
      finish_saving_attachment: { Args: { file_id: string }; Returns: Json };
      finish_upload: { Args: { file_id: string; tenant_id: string }; Returns: Json };
      get_client: { Args: { client_id: string; tenant_id: string }; Returns: Json };
      get_clinic_settings: { Args: { tenant_id: string }; Returns: Json };
      get_conversation: {
        Args: { before?: Json; conversation_id: string; tenant_id: string };
        Returns: Json;
      };
      get_draft: { Args: { draft_id: string; tenant_id: string }; Returns: Json };
      get_hours: { Args: { tenant_id: string }; Returns: Json };
      get_signature: { Args: { account_id: string; tenant_id: string }; Returns: string };
      go_on_removing_mail: { Args: { account_id: string }; Returns: string };
      hold_slot: {
        Args: {
          ends_at: string;
          instead_of?: string;
          provider_id: string;
          resource_ids: string[];
          service_id: string;
          starts_at: string;
          tenant_id: string;
        };
        Returns: Json;
      };
      import_clients: {
        Args: { dry_run?: boolean; import_id: string; options?: Json; rows: Json; tenant_id: string };
        Returns: Json;
      };
      inbox_counts: { Args: { tenant_id: string }; Returns: Json };
      invite_member: { Args: { email: string; tenant_id: string }; Returns: Json };
      is_delivery_known: { Args: { delivery_key: string }; Returns: boolean };
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
      learn_sent_id: { Args: { message_id: string; sent_id: string }; Returns: Json };
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
      list_calendar: { Args: { ends_at: string; starts_at: string; tenant_id: string }; Returns: Json };
      list_calendar_feeds: { Args: { tenant_id: string }; Returns: Json };
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
      list_conversations: {
        Args: { after?: Json; filters?: Json; page_size?: number; tenant_id: string };
        Returns: Json;
      };
      list_drafts: { Args: { tenant_id: string }; Returns: Json };
      list_duplicates: { Args: { after?: Json; page_size?: number; tenant_id: string }; Returns: Json };
      list_inbox_accounts: { Args: { tenant_id: string }; Returns: Json };
      list_merges: { Args: { client_id: string; tenant_id: string }; Returns: Json };
      list_provider_keys: { Args: { tenant_id: string }; Returns: Json };
      list_reminders: { Args: { appointment_id: string; tenant_id: string }; Returns: Json };
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
      list_waitlist: {
        Args: { after?: Json; filter?: Json; page_size?: number; tenant_id: string };
        Returns: Json;
      };
      look_at_conversation: {
        Args: { conversation_id: string; is_writing: boolean; tenant_id: string };
        Returns: Json;
      };
      mark_appended: { Args: { message_id: string }; Returns: undefined };
      mark_handing_over: { Args: { attempt: string; message_id: string }; Returns: undefined };
      match_contact: { Args: { kind: string; tenant_id: string; value: string }; Returns: Json };
      merge_clients: {
        Args: { keep_id: string; merge_id: string; picks?: Json; seen?: Json; tenant_id: string };
        Returns: Json;
      };
      my_access: { Args: Record<PropertyKey, never>; Returns: Json };
      next_free_slots: {
        Args: {
          after?: string;
          duration_minutes?: number;
          how_many?: number;
          provider_ids?: string[];
          resource_ids?: string[];
          service_id: string;
          tenant_id: string;
        };
        Returns: Json;
      };
      offer_next: { Args: { opening: Json; tenant_id: string }; Returns: Json };
      offer_slot: { Args: { entry_id: string; slot: Json; tenant_id: string }; Returns: Json };
      open_attachment: { Args: { attachment_id: string; disposition: string }; Returns: Json };
      open_file: { Args: { file_id: string; purpose: string; tenant_id: string }; Returns: Json };
      open_mail_folder: { Args: { account_id: string; folder: Json; lease_token: string }; Returns: Json };
      pause_mail_account: { Args: { account_id: string; tenant_id: string }; Returns: Json };
      prepare_offer_mail: {
        Args: { offer_id: string; tenant_id: string; token_hash: string };
        Returns: Json;
      };
      preview_invitation: { Args: { token: string }; Returns: Json };
      preview_merge: { Args: { keep_id: string; merge_id: string; tenant_id: string }; Returns: Json };
      preview_offer: { Args: { token: string }; Returns: Json };
      preview_series: {
        Args: { exdates?: string[]; fields: Json; hold_id?: string; rule: string; tenant_id: string };
        Returns: Json;
      };
      preview_visit: { Args: { token: string }; Returns: Json };
      read_calendar_feed: { Args: { token_hash: string }; Returns: Json };
      read_credential: {
        Args: { field: string; owner_id: string; owner_table: string; tenant_id: string };
        Returns: Json;
      };
      read_for_reply: { Args: { conversation_id: string }; Returns: Json };
      read_provider_key: { Args: { tenant_id: string }; Returns: Json };
      record_attachment_missing: { Args: { attachment_id: string }; Returns: Json };
      record_audit_anchor_delivery: { Args: { day: string; error?: string; outcome: string }; Returns: Json };
      record_delivery: { Args: { delivery_key: string }; Returns: undefined };
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
      record_offer_mail: {
        Args: { offer_id: string; outcome: string; reason?: string; tenant_id: string };
        Returns: Json;
      };
      record_password_attempt: { Args: { event: Json }; Returns: Json };
      record_provider_key_check: { Args: { error_code: string; key_id: string }; Returns: undefined };
      record_reminder: {
        Args: { delivery_id: string; error?: string; outcome: string; provider_id?: string; reason?: string };
        Returns: Json;
      };
      reencrypt_credential: {
        Args: {
          ciphertext: string;
          field: string;
          iv: string;
          kid: string;
          old_ciphertext: string;
          owner_id: string;
          owner_table: string;
        };
        Returns: boolean;
      };
      release_hold: { Args: { hold_id: string; tenant_id: string }; Returns: Json };
      remove_draft_attachment: { Args: { attachment_id: string; tenant_id: string }; Returns: Json };
      remove_mail_account: {
        Args: { account_id: string; keep_mail: boolean; tenant_id: string };
        Returns: Json;
      };
      remove_mail_slice: { Args: { account_id: string; most?: number }; Returns: Json };
      remove_member: { Args: { tenant_id: string; user_id: string }; Returns: Json };
      restore_file: { Args: { file_id: string; tenant_id: string }; Returns: Json };
      restore_member: { Args: { reason: string; tenant_id: string; user_id: string }; Returns: Json };
      restore_note: { Args: { note_id: string; tenant_id: string }; Returns: Json };
      resume_mail_account: { Args: { account_id: string; tenant_id: string }; Returns: Json };
      retry_send: { Args: { message_id: string; tenant_id: string }; Returns: Json };
      revoke_calendar_feed: { Args: { feed_id: string; tenant_id: string }; Returns: Json };
      revoke_invitation: { Args: { invitation_id: string }; Returns: Json };
      save_canned_reply: { Args: { fields: Json; reply_id: string; tenant_id: string }; Returns: Json };
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
      save_conversation_note: {
        Args: { body: string; conversation_id: string; note_id: string; tenant_id: string };
        Returns: Json;
      };
      save_draft: {
        Args: { draft_id: string; fields: Json; revision: number; tenant_id: string };
        Returns: Json;
      };
      save_hours_exception: {
        Args: { exception_id: string; fields: Json; tenant_id: string };
        Returns: Json;
      };
      save_reminder_rule: { Args: { fields: Json; rule_id: string; tenant_id: string }; Returns: Json };
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
      save_signature: {
        Args: { account_id: string; body: string; is_mine: boolean; tenant_id: string };
        Returns: Json;
      };
      save_task: {
        Args: { fields: Json; seen_revision?: number; task_id: string; tenant_id: string };
        Returns: Json;
      };
      save_waitlist_entry: {
        Args: { entry_id: string; fields: Json; seen_revision?: number; tenant_id: string };
        Returns: Json;
      };
      save_working_hours: {
        Args: { hours: Json; provider_id: string; resource_id: string; tenant_id: string };
        Returns: Json;
      };
      send_draft: {
        Args: {
          draft_id: string;
          ignore_newer?: boolean;
          revision: number;
          tenant_id: string;
          then_close?: boolean;
        };
        Returns: Json;
      };
      send_reminder_now: { Args: { appointment_id: string; tenant_id: string }; Returns: Json };
      sends_to_append: { Args: { account_id: string; lease_token: string }; Returns: Json };
      set_appointment_status: {
        Args: {
          appointment_id: string;
          cancelled_by?: string;
          reason?: string;
          seen_revision?: number;
          status: string;
          tenant_id: string;
        };
        Returns: Json;
      };
      set_clinic_country: { Args: { country: string; tenant_id: string }; Returns: Json };
      set_member_permissions: {
        Args: { permissions: string[]; tenant_id: string; user_id: string };
        Returns: Json;
      };
      set_primary_identifier: { Args: { identifier_id: string; tenant_id: string }; Returns: Json };
      set_service_steps: { Args: { service_id: string; steps: Json; tenant_id: string }; Returns: Json };
      set_task_status: { Args: { status: string; task_id: string; tenant_id: string }; Returns: Json };
      settle_attachment: {
        Args: { attachment_id: string; error?: string; lease_token?: string; size?: number; state: string };
        Returns: string;
      };
      settle_checked_sends: {
        Args: { account_id: string; lease_token: string; sent_synced: boolean };
        Returns: Json;
      };
      settle_send: {
        Args: {
          attempt: string;
          error?: string;
          message_id: string;
          outcome: string;
          retry_after_seconds?: number;
        };
        Returns: Json;
      };
      start_draft: {
        Args: {
          account_id?: string;
          client_id?: string;
          kind: string;
          message_id?: string;
          tenant_id: string;
        };
        Returns: Json;
      };
      store_flags: {
        Args: {
          account_id: string;
          flags: Json;
          folder_id: string;
          highest_modseq?: string;
          lease_token: string;
        };
        Returns: Json;
      };
      store_listing: {
        Args: {
          account_id: string;
          first_uid: number;
          folder_id: string;
          last_uid: number;
          lease_token: string;
          total: number;
          uids: number[];
        };
        Returns: Json;
      };
      store_mail_account: {
        Args: { account_id: string; actor_id: string; credential: Json; settings: Json; tenant_id: string };
        Returns: Json;
      };
      store_messages: {
        Args: {
          account_id: string;
          done_first: number;
          done_last: number;
          folder_id: string;
          lease_token: string;
          messages: Json;
        };
        Returns: Json;
      };
      store_provider_key: {
        Args: {
          actor_id: string;
          credential: Json;
          error_code: string;
          key_id: string;
          settings: Json;
          tenant_id: string;
        };
        Returns: Json;
      };
      suggest_waitlist: { Args: { slot: Json; tenant_id: string }; Returns: Json };
      tag_clients: {
        Args: { add?: string[]; client_ids: string[]; remove?: string[]; tenant_id: string };
        Returns: Json;
      };
      task_counts: { Args: { tenant_id: string }; Returns: Json };
      unblock_series: { Args: { blocked_time_id: string; scope: string; tenant_id: string }; Returns: Json };
      unblock_time: { Args: { blocked_time_id: string; tenant_id: string }; Returns: Json };
      undo_merge: { Args: { merge_id: string; tenant_id: string }; Returns: Json };
      undo_send: { Args: { message_id: string; tenant_id: string }; Returns: Json };
      update_clinic_settings: { Args: { name: string; tenant_id: string; time_zone: string }; Returns: Json };
      update_conversations: {
        Args: { changes: Json; conversation_ids: string[]; tenant_id: string };
        Returns: Json;
      };
      use_suggestion: { Args: { conversation_id: string }; Returns: undefined };
      waiting_attachments: {
        Args: { account_id: string; lease_token: string; most?: number };
        Returns: Json;
      };
      want_attachment: { Args: { attachment_id: string; tenant_id: string }; Returns: Json };
      withdraw_offer: { Args: { offer_id: string; tenant_id: string }; Returns: Json };
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
